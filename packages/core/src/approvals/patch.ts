import type { Patch, PatchPlan } from "@heddle/apply-patch";
import { itemId, type CallId } from "@heddle/protocol";
import { isWritable, writableRoots } from "@heddle/sandbox";
import type { ToolContext } from "../tools/tool.ts";
import { grant, type Approved } from "./grant.ts";

/** A verified patch of one call: what would be written, and the text that it came from. */
export interface PatchCallPlan {
  readonly callId: CallId;
  readonly patch: PatchPlan;
  /** What the model asked for: with the folder, the key under which an answer is remembered. */
  readonly source: Patch;
}

/** What policy says to a patch before anything is shown. */
export type PatchDecision =
  | { readonly type: "run"; readonly approved: Approved<PatchCallPlan> }
  | { readonly type: "ask" }
  | { readonly type: "refused"; readonly reason: string };

/** What a person says to a patch. */
export type PatchAnswer =
  | { readonly type: "approved"; readonly approved: Approved<PatchCallPlan> }
  | { readonly type: "declined" }
  | { readonly type: "cancelled" };

const OUTSIDE = "patch rejected: writing outside of the project; rejected by user approval settings";

/** Judges a patch by the policy alone. Source: apply_patch spec, section 7. */
export function judgePatch(plan: PatchCallPlan, { settings, environment }: ToolContext): PatchDecision {
  const { approvalPolicy, sandboxPolicy, cwd } = settings;
  if (approvalPolicy === "untrusted") return { type: "ask" };
  if (sandboxPolicy.type === "danger-full-access") {
    return { type: "run", approved: grant(plan, { type: "unsandboxed", why: "fullAccess" }) };
  }
  const roots = writableRoots(sandboxPolicy, cwd, environment);
  // Both what the patch names and where its links lead.
  const { paths, targets } = plan.patch;
  const inside = [...paths, ...targets].every((path) => isWritable(path, roots));
  const confined: PatchDecision = { type: "run", approved: grant(plan, { type: "sandboxed" }) };
  switch (approvalPolicy) {
    case "on-failure":
      return confined; // what the roots do not hold is denied while writing, and then asked about
    case "on-request":
      return inside ? confined : { type: "ask" };
    case "never":
      return inside ? confined : { type: "refused", reason: OUTSIDE };
  }
}

/** Asks for a patch; an approved one is written without the guard of the writable roots. */
export async function askForPatch(
  plan: PatchCallPlan,
  reason: string | null,
  { approvals, turnId, signal }: ToolContext,
): Promise<PatchAnswer> {
  const answer = await approvals.ask(
    {
      turnId,
      itemId: itemId(plan.callId),
      question: { kind: "fileChange", reason },
      sessionKey: JSON.stringify(["apply_patch", plan.source, plan.patch.cwd]),
    },
    signal,
  );
  switch (answer.type) {
    case "accept":
    case "acceptForSession":
    case "acceptWithAmendment": // there is no rule for patches: the yes counts
      return { type: "approved", approved: grant(plan, { type: "unsandboxed", why: "approved" }) };
    case "decline":
      return { type: "declined" };
    case "cancel":
      return { type: "cancelled" };
  }
}
