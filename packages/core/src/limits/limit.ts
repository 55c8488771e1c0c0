import type { Limit, ScopeLimits } from "@heddle/config";
import type { TurnLimitHit } from "@heddle/protocol";

/** What is limited, in the order in which it is looked at. */
export const LIMIT_KINDS = [
  "tokens",
  "toolCalls",
  "wallSeconds",
  "usd",
] as const satisfies readonly (keyof ScopeLimits)[];

/** A limit that was reached. */
export type LimitHit = TurnLimitHit;

/** What a turn, or a thread, has used. Money as far as prices are known. */
export interface Spent {
  readonly tokens: number;
  readonly toolCalls: number;
  readonly wallSeconds: number;
  readonly usd: number;
}

export const NO_LIMITS: ScopeLimits = { tokens: null, toolCalls: null, wallSeconds: null, usd: null };

export const NOTHING_SPENT: Spent = { tokens: 0, toolCalls: 0, wallSeconds: 0, usd: 0 };

export function addSpent(a: Spent, b: Spent): Spent {
  return {
    tokens: a.tokens + b.tokens,
    toolCalls: a.toolCalls + b.toolCalls,
    wallSeconds: a.wallSeconds + b.wallSeconds,
    usd: a.usd + b.usd,
  };
}

/** The stricter of two sets of limits, kind by kind. */
export function narrower(a: ScopeLimits, b: ScopeLimits | null): ScopeLimits {
  if (b === null) return a;
  return {
    tokens: narrowerLimit(a.tokens, b.tokens),
    toolCalls: narrowerLimit(a.toolCalls, b.toolCalls),
    wallSeconds: narrowerLimit(a.wallSeconds, b.wallSeconds),
    usd: narrowerLimit(a.usd, b.usd),
  };
}

function narrowerLimit(a: Limit | null, b: Limit | null): Limit | null {
  if (a === null || b === null) return a ?? b;
  return { soft: least(a.soft, b.soft), hard: least(a.hard, b.hard) };
}

function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** The reason with which a turn's signal fires when a hard limit is reached. */
export class LimitReached extends Error {
  override readonly name = "LimitReached";
  readonly hit: LimitHit;
  constructor(hit: LimitHit) {
    super(describeHit(hit));
    this.hit = hit;
  }
}

const UNITS = {
  tokens: (amount: number) => `${amount} tokens`,
  toolCalls: (amount: number) => `${amount} tool calls`,
  wallSeconds: (amount: number) => `${Number(amount.toFixed(1))} seconds`,
  usd: (amount: number) => `$${amount.toFixed(2)}`,
} as const;

/** What a person is told at a limit, soft or hard. */
export function describeHit({ scope, kind, used, max }: LimitHit): string {
  const unit = UNITS[kind];
  const key = { tokens: "tokens", toolCalls: "tool_calls", wallSeconds: "wall_seconds", usd: "usd" }[kind];
  return `the ${scope} has used ${unit(used)} of ${unit(max)} (limits.${scope}.${key})`;
}
