import {
  commitPatch,
  describeForModel,
  isWriteDenied,
  parsePatch,
  PatchError,
  planPatch,
  toFileChanges,
  type Patch,
  type PatchPlan,
} from "@heddle/apply-patch";
import { itemId, type CallId, type FileChangeItem } from "@heddle/protocol";
import type { Approved } from "../approvals/grant.ts";
import { askForPatch, judgePatch, type PatchAnswer, type PatchCallPlan } from "../approvals/patch.ts";
import { abortedToolText, formatCommand, textOutput, type ToolOutput } from "./output.ts";
import { TurnInterrupted, type ToolContext } from "./tool.ts";

/** A patch as a call brings it. */
export interface PatchCall {
  readonly callId: CallId;
  /** The folder that its relative paths start from, absolute. */
  readonly cwd: string;
  /** As the model wrote it, or read already. */
  readonly patch: string | Patch;
}

const REJECTED = "patch rejected by user";
const RETRY_QUESTION = "command failed; retry without sandbox?";

/**
 * Serves a patch from text to output: verified as a whole, judged, asked about where the policy says so, written, and
 * shown as one `fileChange` item. A patch that does not parse or match is the model's mistake and makes no item.
 * @throws TurnInterrupted when the person cancels the turn.
 */
export async function runPatchCall(call: PatchCall, context: ToolContext): Promise<ToolOutput> {
  const verified = await verify(call, context);
  if (verified.type === "invalid") return textOutput(verified.message);
  const plan: PatchCallPlan = { callId: call.callId, patch: verified.plan, source: verified.patch };
  const decision = judgePatch(plan, context);
  if (decision.type === "refused") return textOutput(decision.reason);

  const item: FileChangeItem = {
    type: "fileChange",
    id: itemId(call.callId),
    changes: toFileChanges(plan.patch),
    status: "inProgress",
  };
  context.items.start(item);
  const startedAt = performance.now();
  if (decision.type === "run") return write(decision.approved, item, context, startedAt);
  return onAnswer(await askForPatch(plan, null, context), item, context, startedAt);
}

type Verified =
  | { readonly type: "valid"; readonly patch: Patch; readonly plan: PatchPlan }
  | { readonly type: "invalid"; readonly message: string };

async function verify({ patch: given, cwd }: PatchCall, context: ToolContext): Promise<Verified> {
  try {
    const patch = typeof given === "string" ? parsePatch(given) : given;
    return { type: "valid", patch, plan: await planPatch(patch, { cwd, files: context.files.free }) };
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return { type: "invalid", message: describeForModel(error) };
  }
}

function onAnswer(
  answer: PatchAnswer,
  item: FileChangeItem,
  context: ToolContext,
  startedAt: number,
): ToolOutput | Promise<ToolOutput> {
  switch (answer.type) {
    case "approved":
      return write(answer.approved, item, context, startedAt);
    case "declined":
      if (context.signal.aborted) {
        context.items.complete({ ...item, status: "failed" });
        return textOutput(abortedToolText(performance.now() - startedAt));
      }
      context.items.complete({ ...item, status: "declined" });
      return textOutput(REJECTED);
    case "cancelled":
      context.items.complete({ ...item, status: "declined" });
      throw new TurnInterrupted("cancelled in an approval");
  }
}

/** Takes an approved plan and nothing else. */
async function write(
  approved: Approved<PatchCallPlan>,
  item: FileChangeItem,
  context: ToolContext,
  startedAt: number,
): Promise<ToolOutput> {
  const { plan, confinement } = approved;
  const guarded = confinement.type === "sandboxed";
  try {
    const port = guarded ? context.files.guarded : context.files.free;
    await context.changes.aroundPatch(plan.patch.effects, () => commitPatch(plan.patch, port));
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (guarded && isWriteDenied(error) && context.settings.approvalPolicy !== "never") {
      return onAnswer(await askForPatch(plan, RETRY_QUESTION, context), item, context, startedAt);
    }
    const end = { text: describeForModel(error), exitCode: 1, startedAt };
    return finish({ ...item, status: "failed" }, end, context);
  }
  const end = { text: plan.patch.summary, exitCode: 0, startedAt };
  const output = finish({ ...item, status: "completed" }, end, context);
  const diff = await context.files.recordChanges(plan.patch);
  context.emit({ type: "diffUpdated", turnId: context.turnId, diff });
  return output;
}

/** What a patch came to, in the form of a command's end. */
interface PatchEnd {
  readonly text: string;
  readonly exitCode: number;
  readonly startedAt: number;
}

function finish(item: FileChangeItem, { text, exitCode, startedAt }: PatchEnd, context: ToolContext): ToolOutput {
  const { emit, turnId, items, truncation } = context;
  emit({ type: "fileChangeOutputDelta", turnId, itemId: itemId(item.id), delta: text });
  items.complete(item);
  const durationMs = performance.now() - startedAt;
  return textOutput(formatCommand({ text, exitCode, durationMs, timedOutAfterMs: null }, "structured", truncation));
}
