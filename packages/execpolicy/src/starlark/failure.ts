import type { PolicyFailureKind } from "../policy-error.ts";

/** A place in a script; line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Ends a script. Stays inside of the package: `runScript` turns it into a `PolicyError` with file and place. What is
 * thrown without a place happened at the expression that was being evaluated.
 */
export class ScriptFailure extends Error {
  override readonly name = "ScriptFailure";
  readonly kind: PolicyFailureKind;
  readonly place: Place | null;
  constructor(reason: string, kind: PolicyFailureKind = "starlark-error", place: Place | null = null) {
    super(reason);
    this.kind = kind;
    this.place = place;
  }
}

export function parseFailure(reason: string, place: Place): ScriptFailure {
  return new ScriptFailure(`Parse error: ${reason}`, "starlark-parse", place);
}
