import type { ResponseItem } from "@heddle/models";
import type { JsonValue } from "@heddle/protocol";
import { compactedHistory } from "../context/compacted-history.ts";
import { isContextMessage } from "../context/context-message.ts";
import { elementsOf, fieldsOf, textOf } from "./json.ts";
import type { RolloutLine } from "./reader.ts";

/** Reads the payload of a `response_item` line; null when it is no item. */
export type ItemDecoder = (payload: JsonValue) => ResponseItem | null;

/**
 * The model's history as a rollout tells it, ours or the reference's: its items in order, replaced at each compaction.
 * Where a compaction left only its summary, the new history is built as it was then (engine spec, section 15.4), with
 * the context messages of the file in place of the context of that moment: together they say the same.
 */
export function rebuildHistory(lines: readonly RolloutLine[], decodeItem: ItemDecoder): ResponseItem[] {
  let history: ResponseItem[] = [];
  const summaries = new Set<string>();
  for (const { type, payload } of lines) {
    if (type === "response_item") {
      const item = decodeItem(payload);
      if (item !== null && belongsToHistory(item)) history.push(item);
    } else if (type === "compacted") {
      const { message, replacement_history: replacement } = fieldsOf(payload);
      if (Array.isArray(replacement)) {
        history = elementsOf(replacement).flatMap((item) => decodeItem(item) ?? []);
      } else {
        const summary = textOf(message) ?? "";
        const context = history.filter(isContext);
        history = compactedHistory({ context, history, summary, foreignSummaries: summaries });
        summaries.add(summary);
      }
    }
  }
  return history;
}

/** System messages are instructions of the moment, which every request brings anew. */
function belongsToHistory(item: ResponseItem): boolean {
  return item.type !== "message" || item.role !== "system";
}

function isContext(item: ResponseItem): boolean {
  if (item.type !== "message") return false;
  return item.role === "developer" || (isContextMessage(item) && !isOfItsTime(item));
}

/** What the user has run, had reviewed or named as a skill is of its time; a summary has it, if it matters. */
function isOfItsTime({ content }: Extract<ResponseItem, { type: "message" }>): boolean {
  return content.some((part) => "text" in part && /^\s*<(?:user_shell_command|user_action|skill)>/i.test(part.text));
}
