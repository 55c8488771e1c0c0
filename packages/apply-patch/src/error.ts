import { describeFailure } from "./describe.ts";
import type { PatchFailure } from "./failure.ts";

/**
 * When a patch failed: while its text was read, while its effects were worked out against the files (nothing was
 * touched), or while they were written (and everything was taken back).
 */
export type PatchPhase = "parse" | "plan" | "commit";

/** The one error that leaves `@heddle/apply-patch`. Its message is what the standalone command prints. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  readonly failure: PatchFailure;
  readonly phase: PatchPhase;

  constructor(failure: PatchFailure, options: ErrorOptions & { readonly phase: PatchPhase }) {
    super(describeFailure(failure), options);
    this.failure = failure;
    this.phase = options.phase;
  }
}

/** Whether writing was refused, by the system or by the file port's guard, so that more rights might help. */
export function isWriteDenied(error: PatchError): boolean {
  const { failure } = error;
  if (!("code" in failure) || failure.kind === "read-failed") return false;
  return failure.code === "EACCES" || failure.code === "EPERM" || failure.code === "EROFS";
}
