/** What can be wrong with a rule file. The first three are about the language, the others about `prefix_rule`. */
export type PolicyFailureKind =
  | "starlark-parse"
  | "starlark-unknown-name"
  | "starlark-error"
  | "invalid-decision"
  | "invalid-pattern"
  | "invalid-example"
  | "example-did-not-match"
  | "example-did-match";

/** Why a rule file cannot be used, and where; line and column count from 1. */
export interface PolicyFailure {
  readonly kind: PolicyFailureKind;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** The one error that leaves `@heddle/execpolicy`: a rule file that must not be used, not even in part. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly failure: PolicyFailure;
  constructor(failure: PolicyFailure, options?: ErrorOptions) {
    const { path, line, column, reason } = failure;
    super(`starlark error: error: ${reason}\n --> ${path}:${line}:${column}`, options);
    this.failure = failure;
  }
}
