const granted: unique symbol = Symbol("granted");

/** Where an approved plan may act. */
export type Confinement =
  | { readonly type: "sandboxed" }
  /** Outside the sandbox; `why` goes into the log. */
  | { readonly type: "unsandboxed"; readonly why: "fullAccess" | "rule" | "approved" };

/** A plan that policy and, where needed, a person have let through. Nothing else can be run, by type. */
export interface Approved<P> {
  readonly plan: P;
  readonly confinement: Confinement;
  readonly [granted]: true;
}

/** Makes an approved plan. Called in this folder alone: the symbol keeps every other module from building one. */
export function grant<P>(plan: P, confinement: Confinement): Approved<P> {
  return { plan, confinement, [granted]: true };
}
