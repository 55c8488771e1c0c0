import { resolve } from "node:path";
import type { Heddle } from "@heddle/client";
import type { ThreadId, Turn, TurnId, UserInput } from "@heddle/protocol";
import { describeThread } from "./describe-thread.ts";
import { followThread, type EndStatus, type ThreadFollower } from "./follow-thread.ts";
import { openThread } from "./open-thread.ts";
import type { ExecRun } from "./run-exec.ts";
import { humanScreen, jsonlScreen, type Screen } from "./screen.ts";
import { describeWork, type ExecWork } from "./work.ts";

/** How the turn of a run ended. */
export interface TurnEnd {
  readonly status: EndStatus;
  /** The latest message of the agent; null without one. */
  readonly lastMessage: string | null;
}

/**
 * Opens the thread, runs the turn and shows everything until it has ended. Once the thread is shown, the end is, too:
 * whatever happens in between is an end of the turn.
 * @param stop interrupts the turn.
 * @throws RpcError when the server does not open the thread; nothing is shown then.
 */
export async function runTurn(
  run: ExecRun,
  { cwd, work, stop }: { readonly cwd: string; readonly work: ExecWork; readonly stop: AbortSignal },
): Promise<TurnEnd> {
  const { client, options, io, version, reasoningSummary, showReasoning, localModel, lastThread } = run;
  const { stdout, stderr, env } = io;
  const show = options.json
    ? jsonlScreen(stdout)
    : humanScreen({ stdout, stderr, color: options.color, env, version, showReasoning });
  const follower = followThread({ show, nowMs: io.nowMs });
  client.onNotification("*", (message) => follower.receive(message));
  // Approvals have no handler, so the client declines them: nobody is there to answer.
  const answer = await openThread(client, options, { cwd, localModel, lastThread });
  follower.open(describeThread(answer, { prompt: describeWork(work), reasoningSummary }));
  const begin = (): Promise<{ readonly turn: Turn }> => beginWork(run, answer.thread.id, work);
  const status = await takeTurn(answer.thread.id, { client, follower, show, begin, stop });
  return { status, lastMessage: follower.lastMessage() };
}

async function takeTurn(
  threadId: ThreadId,
  turn: {
    readonly client: Heddle;
    readonly follower: ThreadFollower;
    readonly show: Screen;
    readonly begin: () => Promise<{ readonly turn: Turn }>;
    readonly stop: AbortSignal;
  },
): Promise<EndStatus> {
  const { client, follower, show, begin, stop } = turn;
  if (stop.aborted) {
    show({ type: "brokeOff", cause: { type: "interrupted" } });
    return "interrupted";
  }
  try {
    const begun = await begin();
    interruptWith(stop, { client, threadId, turnId: begun.turn.id });
    return await Promise.race([
      follower.turnEnded,
      client.closed.then((reason) => Promise.reject(new Error(`the connection ended: ${reason}`))),
    ]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    show({ type: "brokeOff", cause: { type: "failed", reason } });
    return "failed";
  }
}

function beginWork(
  { client, options, io }: ExecRun,
  threadId: ThreadId,
  work: ExecWork,
): Promise<{ readonly turn: Turn }> {
  if (work.type === "review") return client.request("review/start", { threadId, target: work.target });
  const { prompt, outputSchema } = work;
  // Images come before the text; the server reads them, and says so to the model where it cannot.
  const images = options.images.map((path): UserInput => ({ type: "localImage", path: resolve(io.cwd, path) }));
  return client.request("turn/start", {
    threadId,
    input: [...images, { type: "text", text: prompt }],
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(options.limits === null ? {} : { limits: options.limits }),
  });
}

function interruptWith(
  stop: AbortSignal,
  { client, threadId, turnId }: { readonly client: Heddle; readonly threadId: ThreadId; readonly turnId: TurnId },
): void {
  const interrupt = (): void => {
    // Its answer tells nothing that the end of the turn does not tell; without a connection there is no turn to stop.
    client.request("turn/interrupt", { threadId, turnId }).catch(() => {});
  };
  if (stop.aborted) interrupt();
  else stop.addEventListener("abort", interrupt, { once: true });
}
