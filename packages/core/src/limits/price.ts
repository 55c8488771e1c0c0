import type { ModelPrice } from "@heddle/config";
import type { TokenUsage } from "@heddle/models";

const MILLION = 1_000_000;

/** The price of a model: that of its slug, or of the longest beginning of it that has one; null when none is known. */
export function priceOf(model: string, prices: Readonly<Record<string, ModelPrice>>): ModelPrice | null {
  const known = Object.keys(prices)
    .filter((prefix) => model.startsWith(prefix))
    .toSorted((a, b) => b.length - a.length)[0];
  return known === undefined ? null : (prices[known] ?? null);
}

/** What a response costs, in US dollars. Cached input is part of the input and has a price of its own. */
export function costOf({ inputTokens, cachedInputTokens, outputTokens }: TokenUsage, price: ModelPrice): number {
  const fresh = Math.max(0, inputTokens - cachedInputTokens);
  return (fresh * price.input + cachedInputTokens * price.cachedInput + outputTokens * price.output) / MILLION;
}
