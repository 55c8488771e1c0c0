import { isObject } from "../is-object.ts";

/** Sends one request and gives its whole answer: `fetch` of the platform, or what stands in for it. */
export type Fetch = (
  url: string,
  request: {
    readonly method: "GET" | "POST";
    readonly headers: Record<string, string>;
    readonly body?: string;
    /** Somebody else would get the credentials otherwise. */
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<FetchAnswer>;

export interface FetchAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** The longest wait for an answer of the issuer. */
export const ISSUER_TIMEOUT_MS = 30_000;

/** The object that an answer holds, null when it holds something else. */
export async function readJsonObject(answer: FetchAnswer): Promise<Readonly<Record<string, unknown>> | null> {
  const body = await answer.text();
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Why a request got no answer; the platform's `fetch` has the reason in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? `${error.message}: ${cause.message}` : error.message;
}
