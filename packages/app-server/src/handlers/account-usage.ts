import { isJsonObject, type RateLimitSnapshot } from "@heddle/protocol";
import { readPlanType } from "@heddle/core";

type Window = RateLimitSnapshot["primary"];
type Members = Readonly<Record<string, unknown>>;

/** Where the service tells the usage of an account. Source: authentication spec, section 10. */
export function usageUrl(chatgptBaseUrl: string): string {
  const trimmed = chatgptBaseUrl.replace(/\/+$/, "");
  const isService = /^https:\/\/(?:chatgpt\.com|chat\.openai\.com)(?:\/|$)/.test(trimmed);
  const base = isService && !trimmed.includes("/backend-api") ? `${trimmed}/backend-api` : trimmed;
  return base.includes("/backend-api") ? `${base}/wham/usage` : `${base}/api/codex/usage`;
}

/** Reads what the service tells; null when it is no such thing. */
export function readUsage(text: string): RateLimitSnapshot | null {
  const usage = parse(text);
  if (usage === null) return null;
  const { plan_type: plan, rate_limit: limits, credits } = usage;
  return {
    primary: isJsonObject(limits) ? readWindow(limits["primary_window"]) : null,
    secondary: isJsonObject(limits) ? readWindow(limits["secondary_window"]) : null,
    credits: isJsonObject(credits) ? readCredits(credits) : null,
    planType: typeof plan === "string" ? readPlanType(plan) : null,
  };
}

function readWindow(window: unknown): Window {
  if (!isJsonObject(window)) return null;
  const { used_percent: usedPercent, limit_window_seconds: seconds, reset_at: resetsAt } = window;
  if (typeof usedPercent !== "number") return null;
  return {
    usedPercent: Math.round(usedPercent),
    windowDurationMins: typeof seconds === "number" && seconds > 0 ? Math.ceil(seconds / 60) : null,
    resetsAt: typeof resetsAt === "number" ? Math.trunc(resetsAt) : null,
  };
}

function readCredits(credits: Members): RateLimitSnapshot["credits"] {
  const { has_credits: hasCredits, unlimited, balance } = credits;
  return {
    hasCredits: hasCredits === true,
    unlimited: unlimited === true,
    balance: typeof balance === "string" ? balance : null,
  };
}

function parse(text: string): Members | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
