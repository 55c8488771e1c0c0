import type { RateLimits } from "@heddle/models";
import type { RateLimitSnapshot } from "@heddle/protocol";

type ModelWindow = RateLimits["primary"];
type WireWindow = RateLimitSnapshot["primary"];

/** The wire form of what a provider said about its limits: percentages are whole numbers there. */
export function toRateLimitSnapshot(limits: RateLimits): RateLimitSnapshot {
  return {
    primary: toWindow(limits.primary),
    secondary: toWindow(limits.secondary),
    credits: limits.credits ?? null,
    planType: null,
  };
}

function toWindow(window: ModelWindow): WireWindow {
  if (window === null || window === undefined) return null;
  return {
    usedPercent: Math.round(window.usedPercent),
    windowDurationMins: window.windowMinutes ?? null,
    resetsAt: window.resetsAt ?? null,
  };
}
