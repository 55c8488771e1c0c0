import { isContextMessage } from "../context/context-message.ts";
import { SUMMARY_PREFIX } from "../context/instructions/compact.ts";
import { fieldsOf } from "./json.ts";
import type { ItemDecoder } from "./model-history.ts";
import type { RolloutLine } from "./reader.ts";

/**
 * The lines of a thread up to, and without, the user message number `index`, counted from 0; without the turn, too,
 * that this message began. None when there are not so many messages. Source: engine spec, section 21.4.
 */
export function linesBeforeMessage(
  lines: readonly RolloutLine[],
  index: number,
  decodeItem: ItemDecoder,
): readonly RolloutLine[] {
  let count = 0;
  for (const [at, line] of lines.entries()) {
    if (!isUserMessage(line, decodeItem)) continue;
    if (count === index) return lines.slice(0, startOfMessage(lines, at, decodeItem));
    count += 1;
  }
  return [];
}

function isUserMessage({ type, payload }: RolloutLine, decodeItem: ItemDecoder): boolean {
  const item = type === "response_item" ? decodeItem(payload) : null;
  if (item?.type !== "message" || item.role !== "user" || isContextMessage(item)) return false;
  return !item.content.some((part) => part.type !== "input_image" && part.text.startsWith(SUMMARY_PREFIX));
}

/** Our lines tell a message twice: as an item of its turn and then, at `at`, as an item of the model's history. */
function startOfMessage(lines: readonly RolloutLine[], at: number, decodeItem: ItemDecoder): number {
  let start = at;
  for (let before = at - 1; before >= 0; before -= 1) {
    const line = lines[before];
    if (line === undefined) break;
    const { type, item } = fieldsOf(fieldsOf(line.payload)["event"]);
    if (line.type === "event" && type === "turnStarted") return before;
    if (line.type === "event" && fieldsOf(item)["type"] === "userMessage") start = before;
    else if (line.type !== "turn_context" && !isContextLine(line, decodeItem)) break;
  }
  return start;
}

function isContextLine({ type, payload }: RolloutLine, decodeItem: ItemDecoder): boolean {
  const item = type === "response_item" ? decodeItem(payload) : null;
  return item !== null && isContextMessage(item);
}
