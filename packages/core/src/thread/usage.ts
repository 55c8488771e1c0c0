import type { TokenUsage } from "@heddle/models";
import type { ThreadTokenUsage, TokenUsageBreakdown } from "@heddle/protocol";

/** Counts the tokens of a thread: the latest response, and the sum of all. */
export interface UsageMeter {
  /** Adds a response's usage and gives the new totals. */
  add(usage: TokenUsage, contextWindow: number | null): ThreadTokenUsage;
  /** Marks the window as full, as the model has just refused the input; null where no window is known. */
  fill(contextWindow: number | null): ThreadTokenUsage | null;
  current(): ThreadTokenUsage | null;
}

const NONE: TokenUsageBreakdown = {
  totalTokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
};

/** @param start what the thread had used when it was stored, or null for a new one. */
export function createUsageMeter(start: ThreadTokenUsage | null): UsageMeter {
  let current = start;
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
    current: () => current,
  };
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
