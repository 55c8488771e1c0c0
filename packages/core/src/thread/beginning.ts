import type { ResponseItem } from "@heddle/models";
import type { ThreadId } from "@heddle/protocol";
import { assertNever } from "../assert-never.ts";
import { createHistory } from "../history/history.ts";
import type { TruncationPolicy } from "../history/truncate.ts";
import { NOTHING_SPENT } from "../limits/limit.ts";
import { createThreadSpending } from "../limits/spending.ts";
import type { RolloutLine } from "../rollout/reader.ts";
import type { ThreadSettings } from "../settings/settings.ts";
import { encodeResponseItem, type EncodedLine } from "./codec.ts";
import { previewOfHistory } from "./first-items.ts";
import { restoreLines } from "./restore.ts";
import type { ThreadStart } from "./thread-start.ts";
import { createUsageMeter } from "./usage.ts";

/** What a new thread begins with, behind its `session_meta`. */
export type Beginning =
  /** What a client brought, perhaps nothing. */
  | { readonly type: "items"; readonly items: readonly ResponseItem[] }
  /** What another thread had recorded. */
  | { readonly type: "fork"; readonly of: ThreadId; readonly lines: readonly RolloutLine[] };

/** A new thread at its start: the lines to write, and what they add up to. */
interface Begun extends Pick<
  ThreadStart,
  "history" | "usage" | "threadSpending" | "unfinished" | "preview" | "nextTurn" | "toldSettings"
> {
  readonly lines: readonly (EncodedLine & { readonly timestamp: string })[];
}

/** @param surroundings `context` is what a thread without a past tells the model first; `path` is the new rollout. */
export function beginThread(
  beginning: Beginning,
  surroundings: {
    readonly settings: ThreadSettings;
    readonly context: readonly ResponseItem[];
    readonly truncation: TruncationPolicy;
    readonly createdAt: Date;
    readonly path: string;
  },
): Begun {
  const { settings, context, truncation, createdAt, path } = surroundings;
  const withItems = (items: readonly ResponseItem[]): Begun => {
    const history = createHistory();
    const timestamp = createdAt.toISOString();
    const lines = [...context, ...items].map((item) => {
      return { timestamp, ...encodeResponseItem(history.record(item, truncation)) };
    });
    const preview = previewOfHistory(items);
    const threadSpending = createThreadSpending(NOTHING_SPENT);
    return {
      lines,
      history,
      usage: createUsageMeter(null),
      threadSpending,
      unfinished: null,
      preview,
      nextTurn: 0,
      toldSettings: settings,
    };
  };
  switch (beginning.type) {
    case "items":
      return withItems(beginning.items);
    case "fork": {
      const { lines } = beginning;
      if (lines.length === 0) return withItems([]);
      const { history, usage, preview, nextTurn, surroundings: told } = restoreLines({ lines, skipped: 0 }, path);
      return {
        lines,
        history: createHistory(history),
        usage: createUsageMeter(usage),
        // What the other thread has used, it has used.
        threadSpending: createThreadSpending(NOTHING_SPENT),
        unfinished: null,
        preview,
        nextTurn,
        toldSettings: { ...settings, ...told },
      };
    }
    default:
      return assertNever(beginning);
  }
}
