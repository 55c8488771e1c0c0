import type { TokenUsage } from "@heddle/models";
import type { ThreadTokenUsage, TokenUsageBreakdown } from "@heddle/protocol";

/**
 * Counts the tokens of a thread: the latest response, and the sum since the thread was started or last resumed, which
 * is what clients know as the total (app-server spec, section 8).
 */
export interface UsageMeter {
  /** Adds a response's usage and gives the new totals. */
  add(usage: TokenUsage, contextWindow: number | null): ThreadTokenUsage;
  /** Marks the window as full, as the model has just refused the input; null where no window is known. */
  fill(contextWindow: number | null): ThreadTokenUsage | null;
  /** Takes an estimate for what the next request will take: the history has been compacted. The sum stays. */
  estimate(totalTokens: number, contextWindow: number | null): ThreadTokenUsage;
  /** Begins a new sum; the latest response stays, since it tells how full the window is. */
  restart(): void;
  /** Goes back to what the log had said at an earlier point; the sum begins anew. */
  rewind(stored: ThreadTokenUsage | null): void;
  current(): ThreadTokenUsage | null;
}

const NONE: TokenUsageBreakdown = {
  totalTokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
};

/** @param stored what the log says that the thread had used, or null for a new one. */
export function createUsageMeter(stored: ThreadTokenUsage | null): UsageMeter {
  let current = sinceNow(stored);
  return {
    add(usage, modelContextWindow) {
      const last: TokenUsageBreakdown = { ...usage };
      current = { total: sum(current?.total ?? NONE, last), last, modelContextWindow };
      return current;
    },
    fill(modelContextWindow) {
      if (modelContextWindow === null) return null;
      const before = current?.total.totalTokens ?? 0;
      current = {
        total: { ...NONE, totalTokens: modelContextWindow },
        last: { ...NONE, totalTokens: Math.max(0, modelContextWindow - before) },
        modelContextWindow,
      };
      return current;
    },
    estimate(totalTokens, modelContextWindow) {
      current = { total: current?.total ?? NONE, last: { ...NONE, totalTokens }, modelContextWindow };
      return current;
    },
    restart() {
      if (current !== null) current = { ...current, total: NONE };
    },
    rewind(earlier) {
      current = sinceNow(earlier);
    },
    current: () => current,
  };
}

function sinceNow(stored: ThreadTokenUsage | null): ThreadTokenUsage | null {
  return stored === null ? null : { ...stored, total: NONE };
}

function sum(a: TokenUsageBreakdown, b: TokenUsageBreakdown): TokenUsageBreakdown {
  return {
    totalTokens: a.totalTokens + b.totalTokens,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningOutputTokens: a.reasoningOutputTokens + b.reasoningOutputTokens,
  };
}
