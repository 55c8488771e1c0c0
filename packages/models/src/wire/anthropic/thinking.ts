import type { ModelRequest, ReasoningEffort } from "../../prompt.ts";

/** Tokens of thought by effort, for models that take a budget. Source: models spec, section 10.5. */
const BUDGETS: Readonly<Record<Exclude<ReasoningEffort, "none">, number>> = {
  minimal: 1_024,
  low: 4_096,
  medium: 10_240,
  high: 20_480,
  xhigh: 31_999,
};
const MIN_BUDGET = 1_024;

/** The members of a request that say how much a model is to think. */
export interface Thinking {
  readonly thinking?: object;
  readonly effort?: string;
}

/**
 * How a family is asked to think: by an effort where it decides on its own, by a budget where it is older.
 * @param canThink false when the running tool loop began without thoughts: a model with a budget refuses to begin in it.
 */
export function encodeThinking({ family, effort }: ModelRequest, maxTokens: number, canThink: boolean): Thinking {
  const chosen = effort ?? family.defaultEffort;
  switch (family.thinking) {
    case "adaptive":
      if (chosen === "none") return { thinking: { type: "disabled" } };
      return { thinking: { type: "adaptive" }, ...(chosen === null ? {} : { effort: toEffort(chosen) }) };
    case "budget": {
      if (chosen === null || chosen === "none" || !canThink) return {};
      const budget = Math.min(BUDGETS[chosen], maxTokens - MIN_BUDGET);
      return budget < MIN_BUDGET ? {} : { thinking: { type: "enabled", budget_tokens: budget } };
    }
    default:
      return {};
  }
}

function toEffort(effort: Exclude<ReasoningEffort, "none">): string {
  return effort === "minimal" ? "low" : effort;
}
