import type { ModelRequest, ReasoningEffort } from "../../prompt.ts";

/** Tokens of thought by effort; -1 leaves it to the model. Source: models spec, section 11.4. */
const BUDGETS: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 512,
  low: 2_048,
  medium: -1,
  high: 16_384,
  xhigh: 24_576,
};

const LEVELS: Readonly<Record<ReasoningEffort, string>> = {
  none: "MINIMAL",
  minimal: "MINIMAL",
  low: "LOW",
  medium: "MEDIUM",
  high: "HIGH",
  xhigh: "HIGH",
};

/** How much a model is to think and whether it tells what; null where it does not think. */
export function encodeThinkingConfig({ family, effort, summary }: ModelRequest): object | null {
  const chosen = effort ?? family.defaultEffort;
  const includeThoughts = summary !== "none";
  switch (family.thinking) {
    case "level":
      return { includeThoughts, ...(chosen === null ? {} : { thinkingLevel: LEVELS[chosen] }) };
    case "budget":
      return { includeThoughts, ...(chosen === null ? {} : { thinkingBudget: BUDGETS[chosen] }) };
    default:
      return null;
  }
}
