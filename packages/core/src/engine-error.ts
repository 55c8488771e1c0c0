import { assertNever } from "./assert-never.ts";

/** Why the engine could not do what it was told. */
export type EngineFailure =
  | { readonly kind: "unknownThread"; readonly threadId: string }
  | { readonly kind: "noRollout"; readonly threadId: string }
  /** The thread has no such turn, or has it no more. */
  | { readonly kind: "unknownTurn"; readonly threadId: string; readonly turnId: string }
  /** Input cannot join: no turn runs, or another one than was expected (`running` says which). */
  | { readonly kind: "notRunning"; readonly expected: string; readonly running: string | null }
  /** The turn that runs takes no input. */
  | { readonly kind: "notSteerable"; readonly turnKind: "review" | "compact" }
  /** The last turn of the thread has ended, runs, or is none that can go on. */
  | { readonly kind: "nothingToContinue"; readonly threadId: string }
  /** What was asked for needs a thread at rest. */
  | { readonly kind: "busy"; readonly threadId: string; readonly doing: string }
  | { readonly kind: "unreadableRollout"; readonly path: string; readonly reason: string }
  /** Another process, or another engine, writes to the thread. */
  | { readonly kind: "threadInUse"; readonly reason: string }
  | { readonly kind: "unknownProvider"; readonly provider: string }
  | { readonly kind: "invalidSettings"; readonly reason: string }
  | { readonly kind: "rules"; readonly reason: string }
  /** A client's command: no such program, a bad folder, or no sandbox where its policy needs one. */
  | { readonly kind: "commandNotRun"; readonly reason: string }
  /** A client's file: the system or the policy says no. */
  | { readonly kind: "fileRefused"; readonly path: string; readonly reason: string }
  /** Neither the command itself nor the engine ended a client's command. */
  | { readonly kind: "commandKilled"; readonly signal: string }
  | { readonly kind: "closed"; readonly what: "engine" | "thread" };

/** The one error that leaves `@heddle/core`; `cause` keeps what was underneath. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly failure: EngineFailure;
  constructor(failure: EngineFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.failure = failure;
  }
}

function describe(failure: EngineFailure): string {
  switch (failure.kind) {
    case "unknownThread":
      return `conversation not found: ${failure.threadId}`;
    case "noRollout":
      return `no rollout found for conversation id ${failure.threadId}`;
    case "unknownTurn":
      return `thread ${failure.threadId} has no turn ${failure.turnId}; \`thread/resume\` lists those that it has`;
    case "notRunning":
      return failure.running === null
        ? "no active turn to steer; start one with `turn/start`"
        : `expected active turn id \`${failure.expected}\` but found \`${failure.running}\``;
    case "notSteerable":
      return `cannot steer a ${failure.turnKind} turn; \`turn/start\` runs the input behind it`;
    case "nothingToContinue":
      return `thread ${failure.threadId} has no turn that was cut off and can go on; start another one with \`turn/start\``;
    case "busy":
      return `thread ${failure.threadId} is ${failure.doing}; wait for the end or interrupt it, then try again`;
    case "unreadableRollout":
      return `failed to load rollout \`${failure.path}\`: ${failure.reason}`;
    case "unknownProvider":
      return `Model provider \`${failure.provider}\` not found`;
    case "threadInUse":
    case "invalidSettings":
    case "rules":
    case "commandNotRun":
      return failure.reason;
    case "fileRefused":
      return `${failure.path}: ${failure.reason}`;
    case "commandKilled":
      return `the command was killed by ${failure.signal}`;
    case "closed":
      return `the ${failure.what} is closed`;
    default:
      return assertNever(failure);
  }
}
