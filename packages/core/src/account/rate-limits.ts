import type { RateLimits, RateLimitWindow } from "@heddle/models";
import type { RateLimitSnapshot } from "@heddle/protocol";
import { readPlanType } from "./plan-type.ts";

type WireWindow = RateLimitSnapshot["primary"];

/**
 * What is known of the limits of each provider's account, whichever thread learned it. A reply tells what it knows; what
 * it leaves out stays as it was. Source: engine spec, section 22.
 */
export interface RateLimitBook {
  /** Takes in what a reply said. @returns all that is known now. */
  note(provider: string, limits: RateLimits): RateLimitSnapshot;
  /** Takes over what the service of the account has told on request: it knows everything. */
  replace(provider: string, snapshot: RateLimitSnapshot): void;
}

export function createRateLimitBook(): RateLimitBook {
  const known = new Map<string, RateLimitSnapshot>();
  return {
    note(provider, limits) {
      const before = known.get(provider) ?? NOTHING;
      const snapshot: RateLimitSnapshot = {
        primary: toWindow(limits.primary) ?? before.primary,
        secondary: toWindow(limits.secondary) ?? before.secondary,
        credits: limits.credits ?? before.credits,
        planType: limits.planType === null ? before.planType : readPlanType(limits.planType),
      };
      known.set(provider, snapshot);
      return snapshot;
    },
    replace: (provider, snapshot) => void known.set(provider, snapshot),
  };
}

const NOTHING: RateLimitSnapshot = { primary: null, secondary: null, credits: null, planType: null };

/** Percentages are whole numbers on the wire. */
function toWindow(window: RateLimitWindow | null): WireWindow {
  if (window === null) return null;
  const { usedPercent, windowMinutes, resetsAt } = window;
  return { usedPercent: Math.round(usedPercent), windowDurationMins: windowMinutes, resetsAt };
}
