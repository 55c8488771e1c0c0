import type { Patch, PatchPlan } from "@heddle/apply-patch";
import type { ApprovalPolicy } from "@heddle/execpolicy";
import { itemId, type CallId } from "@heddle/protocol";
import { isWritable, writableRoots, type Environment, type SandboxPolicy } from "@heddle/sandbox";
import type { ToolContext } from "../tools/tool.ts";
import { grant, type Approved, type Confinement } from "./grant.ts";

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

/** The paths of a verified patch, and the settings that decide about them. */
export interface PatchQuestion {
  /** Both what the patch names and where its links lead. */
  readonly paths: readonly string[];
  readonly approvalPolicy: ApprovalPolicy;
  readonly sandboxPolicy: SandboxPolicy;
  /** The folder of the turn, absolute: the first writable root. */
  readonly cwd: string;
  /** `TMPDIR` decides on a writable root. */
  readonly environment: Environment;
}

/** What follows from the policy for a patch. */
export type PatchRuling =
  /** Written without a question; sandboxed: below the writable roots only. */
  | { readonly type: "run"; readonly sandboxed: boolean }
  | { readonly type: "ask" }
  | { readonly type: "refused"; readonly reason: string };

/** Decides about a patch by the policy alone. Source: apply_patch spec, section 7. */
export function decidePatch(question: PatchQuestion): PatchRuling {
  const { paths, approvalPolicy, sandboxPolicy, cwd, environment } = question;
  if (approvalPolicy === "untrusted") return { type: "ask" };
  if (sandboxPolicy.type === "danger-full-access") return { type: "run", sandboxed: false };
  const roots = writableRoots(sandboxPolicy, cwd, environment);
  const inside = paths.every((path) => isWritable(path, roots));
  switch (approvalPolicy) {
    case "on-failure":
      return { type: "run", sandboxed: true }; // what the roots do not hold is denied while writing, and then asked about
    case "on-request":
      return inside ? { type: "run", sandboxed: true } : { type: "ask" };
    case "never":
      return inside ? { type: "run", sandboxed: true } : { type: "refused", reason: OUTSIDE };
  }
}

/** Judges a patch of a turn; one that runs is approved by this. */
export function judgePatch(plan: PatchCallPlan, { settings, environment }: ToolContext): PatchDecision {
  const { approvalPolicy, sandboxPolicy, cwd } = settings;
  const paths = [...plan.patch.paths, ...plan.patch.targets];
  const ruling = decidePatch({ paths, approvalPolicy, sandboxPolicy, cwd, environment });
  if (ruling.type !== "run") return ruling;
  const confinement: Confinement = ruling.sandboxed
    ? { type: "sandboxed" }
    : { type: "unsandboxed", why: "fullAccess" };
  return { type: "run", approved: grant(plan, confinement) };
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
