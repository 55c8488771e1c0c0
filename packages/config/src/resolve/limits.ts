import type { ConfigTable } from "../schema/fields/root.ts";
import type { Limit, ModelPrice, ScopeLimits } from "./resolved-config.ts";

type LimitsTable = Exclude<ConfigTable["limits"], undefined>;
type Scope = Exclude<LimitsTable["turn"], undefined>;

/** The budgets of `[limits]`. A plain number is a hard limit. */
export function resolveLimits(table: LimitsTable = {}): { readonly turn: ScopeLimits; readonly thread: ScopeLimits } {
  return { turn: resolveScope(table.turn), thread: resolveScope(table.thread) };
}

/** The prices of `[model_prices]`. */
export function resolvePrices(table: ConfigTable["model_prices"] = {}): Readonly<Record<string, ModelPrice>> {
  return Object.fromEntries(
    Object.entries(table).map(([prefix, { input, cached_input: cachedInput = input, output }]) => [
      prefix,
      { input, cachedInput, output },
    ]),
  );
}

function resolveScope(scope: Scope = {}): ScopeLimits {
  return {
    tokens: resolveLimit(scope.tokens),
    toolCalls: resolveLimit(scope.tool_calls),
    wallSeconds: resolveLimit(scope.wall_seconds),
    usd: resolveLimit(scope.usd),
  };
}

function resolveLimit(value: number | { readonly soft?: number; readonly hard?: number } | undefined): Limit | null {
  if (value === undefined) return null;
  if (typeof value === "number") return { soft: null, hard: value };
  return { soft: value.soft ?? null, hard: value.hard ?? null };
}
