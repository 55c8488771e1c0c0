import type { Limit, ScopeLimits } from "@heddle/config";
import { invalidRequest, type TurnLimits } from "@heddle/protocol";
import { isGiven } from "../is-given.ts";

/** The limits of a request; null when it has none. @throws RpcError when one is negative or no number. */
export function readLimits(limits: TurnLimits | null | undefined): ScopeLimits | null {
  if (!isGiven(limits)) return null;
  const { tokens, toolCalls, wallSeconds, usd } = limits;
  return {
    tokens: readLimit("tokens", tokens),
    toolCalls: readLimit("toolCalls", toolCalls),
    wallSeconds: readLimit("wallSeconds", wallSeconds),
    usd: readLimit("usd", usd),
  };
}

function readLimit(kind: keyof TurnLimits, limit: TurnLimits["tokens"]): Limit | null {
  if (!isGiven(limit)) return null;
  const { soft = null, hard = null } = typeof limit === "number" ? { hard: limit } : limit;
  for (const amount of [soft, hard]) {
    if (amount !== null && !(amount >= 0)) throw invalidRequest(`limits.${kind} must not be below 0: ${amount}`);
  }
  return { soft, hard };
}
