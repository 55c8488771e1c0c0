import type { ResponseItem } from "@heddle/models";
import { itemId } from "@heddle/protocol";
import { compactedHistory } from "../context/compacted-history.ts";
import { summaryMessage } from "../context/instructions/compact.ts";
import type { ToolSet } from "../tools/tool-set.ts";
import { instructionsOf } from "../turn/prompt.ts";
import type { TurnScope } from "../turn/scope.ts";
import { openPlan } from "./open-plan.ts";
import { unansweredWords } from "./unanswered.ts";
import { compactRemotely } from "./compact-remotely.ts";
import { summarize } from "./summarize.ts";
import { estimateItems, estimateText } from "./token-estimate.ts";

/** What came of a compaction. */
export type Compaction =
  | { readonly type: "compacted" }
  /** Nothing but what a compaction would keep anyway: no request was made. */
  | { readonly type: "nothingToDrop" }
  /** The new history would have been no shorter than the old one, which therefore stays. */
  | { readonly type: "didNotShrink" };

/** A history below this is small whatever it holds: the frame of a summary alone may outweigh what it replaces. */
const SMALL_TOKENS = 2_000;

/**
 * Replaces the history of the turn's thread by its context, what the user has said, a summary, the open plan and what the
 * model has not answered yet. What was dropped stays in the log. Clients are told in this order: an item that starts,
 * usage of the summarizing response, estimated new usage, the end of the item, `contextCompacted`, a warning.
 * Source: engine spec, section 15.4, app-server spec, section 11.
 * @throws ModelError @throws the reason of the signal. The history is unchanged then.
 */
export async function compact(scope: TurnScope): Promise<Compaction> {
  const { history, emit, items, turnId } = scope;
  const plan = openPlan(history.items);
  if (!history.items.some((item) => isDroppable(item) && !plan.includes(item))) return { type: "nothingToDrop" };
  const item = { type: "contextCompaction" as const, id: itemId(scope.newId()) };
  items.start({ ...item, status: "inProgress" });
  let compaction: Compaction | null = null;
  try {
    compaction = await replaceHistory(scope);
  } finally {
    // A turn that was given up meanwhile has completed it as failed.
    if (items.isOpen(item))
      items.complete({ ...item, status: compaction?.type === "compacted" ? "completed" : "failed" });
  }
  if (compaction.type !== "compacted") return compaction;
  emit({ type: "contextCompacted", turnId });
  emit({ type: "warning", turnId, message: COMPACTED });
  return compaction;
}

async function replaceHistory(scope: TurnScope): Promise<Compaction> {
  const old = scope.history.items;
  const tools = await scope.gatherTools();
  const replaced = await replacementOf(old, tools, scope);
  const after = estimateItems(replaced.items);
  if (after > SMALL_TOKENS && after >= estimateItems(old)) return { type: "didNotShrink" };
  scope.replaceHistory(replaced);
  const usage = scope.usage.estimate(after + estimateText(instructionsOf(scope, tools)), scope.family.effectiveWindow);
  scope.emit({ type: "tokenUsageUpdated", turnId: scope.turnId, usage });
  return { type: "compacted" };
}

/** A compacted history with the text that the log knows it by. */
export interface Replacement {
  /** The summary with its prefix; `""` when the provider keeps the summary to itself. */
  readonly message: string;
  readonly items: readonly ResponseItem[];
}

async function replacementOf(old: readonly ResponseItem[], tools: ToolSet, scope: TurnScope): Promise<Replacement> {
  const theirs = await compactRemotely(tools, scope);
  if (theirs !== null) {
    const snapshots = old.filter((item) => item.type === "ghost_snapshot");
    return { message: "", items: [...theirs, ...openPlan(old), ...snapshots] };
  }
  const { text, unseenItems } = await summarize(scope, tools);
  if (unseenItems > 0) {
    const message = `the thread did not fit into the model's window: its ${unseenItems} oldest entries are not in the summary`;
    scope.emit({ type: "warning", turnId: scope.turnId, message });
  }
  const message = summaryMessage(text);
  const unanswered = unansweredWords(scope.history, scope.family.effectiveWindow);
  const items = compactedHistory({ context: scope.threadContext(), history: old, unanswered, summary: message });
  return { message, items: [...items, ...openPlan(old), ...unanswered] };
}

const COMPACTED =
  "The thread was compacted: the model now knows its earlier part from a summary only and may miss details of it. Where they matter, name them again or start a new thread.";

/** What the model has said and done; what the user has said stays, and an earlier summary is none the shorter for another. */
function isDroppable(item: ResponseItem): boolean {
  switch (item.type) {
    case "message":
      return item.role === "assistant";
    case "ghost_snapshot":
    case "compaction_summary":
      return false;
    default:
      return true;
  }
}
