import { assertNever } from "./assert-never.ts";

/** Every way in which a command fails to start. A command that started ends with an `ExitOutcome` instead. */
export type SandboxFailure =
  /** The policy needs a sandbox and this machine has none that serves. */
  | { readonly kind: "unavailable"; readonly cause: string; readonly remedy: string }
  /** A sandbox is there but cannot enforce this policy on `path`. */
  | { readonly kind: "unenforceable"; readonly path: string; readonly reason: string }
  /** No process came to be; `code` is that of the system (`ENOENT`, `EACCES`, ...), `path` what it is about. */
  | { readonly kind: "spawnFailed"; readonly code: string; readonly path: string; readonly reason: string }
  /** The signal had fired before the command started; `cause` of the error is its reason. */
  | { readonly kind: "aborted" }
  /** `close` was called on the sandbox. */
  | { readonly kind: "closed" };

/** The one error that leaves `@heddle/sandbox`; `cause` keeps that of the system where there is one. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  readonly failure: SandboxFailure;

  constructor(failure: SandboxFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.failure = failure;
  }
}

function describe(failure: SandboxFailure): string {
  switch (failure.kind) {
    case "unavailable":
      return `sandbox required by policy is not available: ${failure.cause}; ${failure.remedy}`;
    case "unenforceable":
      return `the sandbox cannot enforce the policy on ${failure.path}: ${failure.reason}`;
    case "spawnFailed":
      return `cannot run ${failure.path}: ${failure.reason} (${failure.code})`;
    case "aborted":
      return "the command was aborted before it started";
    case "closed":
      return "the sandbox is closed: no further commands can be started";
    default:
      return assertNever(failure);
  }
}
