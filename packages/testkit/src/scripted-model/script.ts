import type { Step } from "./step.ts";

/** What the model does with one request. */
export type Reply = readonly Step[];

/**
 * What the model does with each request: replies in order, of which the last repeats; a function of the request; or
 * `stateless`, where the number of tool outputs in the request chooses, so that many threads can share one model.
 */
export type Script =
  | readonly Reply[]
  | ((request: RecordedRequest, index: number) => Reply)
  | { readonly stateless: readonly Reply[] };

/** A request as it came. */
export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names are lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The parsed JSON; the text when it is none, null when there is no body. */
  readonly body: unknown;
  /** Resolves when the exchange is over: the reply was sent, or the client closed the connection before that. */
  readonly closed: Promise<"answered" | "aborted">;
}

/** The reply to a request. @param index counts the requests that ask for an answer, from 0. */
export function chooseReply(script: Script, request: RecordedRequest, index: number): Reply {
  if (typeof script === "function") return script(request, index);
  if ("stateless" in script) return at(script.stateless, countToolOutputs(request.body));
  return at(script, index);
}

function at(replies: readonly Reply[], index: number): Reply {
  return replies[Math.min(index, replies.length - 1)] ?? [];
}

function countToolOutputs(body: unknown): number {
  const input = typeof body === "object" && body !== null && "input" in body ? body.input : null;
  if (!Array.isArray(input)) return 0;
  return input.filter((item: { readonly type?: unknown } | null) =>
    typeof item?.type === "string" ? item.type.endsWith("_call_output") : false,
  ).length;
}
