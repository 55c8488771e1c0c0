import type { ResponseItem } from "@heddle/models";
import { truncate } from "../history/truncate.ts";
import { isSkillMessage, userText } from "./context-message.ts";
import { SUMMARY_PREFIX } from "./instructions/compact.ts";

/** What a compacted history is made from. */
export interface CompactionParts {
  /** What the new history begins with: the context of the thread as it is now. */
  readonly context: readonly ResponseItem[];
  /** The history that is replaced. */
  readonly history: readonly ResponseItem[];
  /** Items of it that stay as they are, behind everything: they are left out here, and the skills before them are over. */
  readonly unanswered?: readonly ResponseItem[];
  /** The text of the message that carries the summary, with its prefix. */
  readonly summary: string;
  /** Texts of earlier summaries whose prefix is not ours. */
  readonly foreignSummaries?: ReadonlySet<string>;
}

/** How much of what the user has said outlives a compaction. Source: engine spec, section 15.4. */
const USER_MESSAGE_TOKENS = 20_000;
const BYTES_PER_TOKEN = 4;

/**
 * The history after a local compaction: context, what the user has said, the skills in use, the summary, and old file
 * snapshots.
 */
export function compactedHistory(parts: CompactionParts): ResponseItem[] {
  const { context, history, unanswered = [], summary, foreignSummaries } = parts;
  const isSummary = (text: string): boolean =>
    text.startsWith(SUMMARY_PREFIX) || (foreignSummaries?.has(text) ?? false);
  const earlier = history.filter((item) => !unanswered.includes(item));
  const said = earlier.flatMap((item) => userText(item) ?? []).filter((text) => !isSummary(text));
  return [
    ...context,
    ...withinBudget(said).map(userMessage),
    ...(unanswered.length > 0 ? [] : skillsInUse(history, isSummary)),
    userMessage(summary),
    ...history.filter((item) => item.type === "ghost_snapshot"),
  ];
}

/** The skills that the user has named last: the work on them may go on. Those of earlier messages do not count any more. */
function skillsInUse(history: readonly ResponseItem[], isSummary: (text: string) => boolean): readonly ResponseItem[] {
  const lastWord = history.findLastIndex((item) => {
    const text = userText(item);
    return text !== null && !isSummary(text);
  });
  return history.slice(lastWord + 1).filter(isSkillMessage);
}

/** The newest texts that fit, oldest first; the one that crosses the budget is cut in the middle. */
function withinBudget(texts: readonly string[]): string[] {
  const kept: string[] = [];
  let tokens = USER_MESSAGE_TOKENS;
  for (const text of texts.toReversed()) {
    if (tokens <= 0) break;
    kept.unshift(truncate(text, { unit: "tokens", limit: tokens }).text);
    tokens -= Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
  }
  return kept;
}

function userMessage(text: string): ResponseItem {
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}
