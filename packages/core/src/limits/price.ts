import type { ModelPrice, ResolvedConfig } from "@heddle/config";
import type { TokenUsage } from "@heddle/models";

const MILLION = 1_000_000;

/** How the money of a turn is counted. */
export interface MoneyCounter {
  /** Dollars for a response; null when the price is not known. */
  readonly cost: (usage: TokenUsage) => number | null;
  /** What a person is told when money is limited, because it cannot be counted; null where it can. */
  readonly unknownPrice: string | null;
}

export function countMoney(model: string, { modelPrices }: Pick<ResolvedConfig, "modelPrices">): MoneyCounter {
  const price = priceOf(model, modelPrices);
  if (price !== null) return { cost: (usage) => costOf(usage, price), unknownPrice: null };
  const message = `limits.*.usd does not count ${model}: its price is not known; add [model_prices."${model}"]`;
  return { cost: () => null, unknownPrice: message };
}

/** The price of a model: that of its slug, or of the longest beginning of it that has one; null when none is known. */
function priceOf(model: string, prices: Readonly<Record<string, ModelPrice>>): ModelPrice | null {
  const known = Object.keys(prices)
    .filter((prefix) => model.startsWith(prefix))
    .toSorted((a, b) => b.length - a.length)[0];
  return known === undefined ? null : (prices[known] ?? null);
}

/** What a response costs, in US dollars. Cached input is part of the input and has a price of its own. */
function costOf({ inputTokens, cachedInputTokens, outputTokens }: TokenUsage, price: ModelPrice): number {
  const fresh = Math.max(0, inputTokens - cachedInputTokens);
  return (fresh * price.input + cachedInputTokens * price.cachedInput + outputTokens * price.output) / MILLION;
}
