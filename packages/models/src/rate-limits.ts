import { asCount, asNumber, asObject, asString, type JsonObject } from "./json.ts";

/** One window of usage. */
export interface RateLimitWindow {
  /** 0 to 100, not rounded. */
  readonly usedPercent: number;
  readonly windowMinutes: number | null;
  /** Unix seconds. */
  readonly resetsAt: number | null;
}

/** What a reply said about limits; null where it said nothing. */
export interface RateLimits {
  readonly primary: RateLimitWindow | null;
  readonly secondary: RateLimitWindow | null;
  readonly credits: {
    readonly hasCredits: boolean;
    readonly unlimited: boolean;
    readonly balance: string | null;
  } | null;
  /** As the provider names it. Headers never do. */
  readonly planType: string | null;
}

/** Header names are lower case, as `node:http` gives them. */
export type ReplyHeaders = Readonly<Record<string, string | undefined>>;

/** Reads the `x-codex-*` headers; null when there is none of them. Source: engine spec, section 22. */
export function readRateLimits(headers: ReplyHeaders): RateLimits | null {
  const primary = readWindow(headers, "primary");
  const secondary = readWindow(headers, "secondary");
  const credits = readCredits(headers);
  return primary === null && secondary === null && credits === null
    ? null
    : { primary, secondary, credits, planType: null };
}

/**
 * Reads an event of a stream that tells the same: `{ plan_type, rate_limits: { primary, secondary }, credits }`; null
 * when it tells nothing.
 */
export function readRateLimitEvent(event: JsonObject): RateLimits | null {
  const windows = asObject(event["rate_limits"]);
  const primary = readEventWindow(asObject(windows["primary"]));
  const secondary = readEventWindow(asObject(windows["secondary"]));
  const credits = readEventCredits(asObject(event["credits"]));
  const planType = asString(event["plan_type"]);
  const saysNothing = primary === null && secondary === null && credits === null && planType === null;
  return saysNothing ? null : { primary, secondary, credits, planType };
}

function readEventWindow({
  used_percent: used,
  window_minutes: minutes,
  reset_at: resetsAt,
}: JsonObject): RateLimitWindow | null {
  const usedPercent = asPercent(used);
  return usedPercent === null ? null : { usedPercent, windowMinutes: asCount(minutes), resetsAt: asCount(resetsAt) };
}

function readEventCredits({ has_credits: hasCredits, unlimited, balance }: JsonObject): RateLimits["credits"] {
  if (typeof hasCredits !== "boolean" || typeof unlimited !== "boolean") return null;
  return { hasCredits, unlimited, balance: asString(balance)?.trim() || null };
}

function readWindow(headers: ReplyHeaders, name: "primary" | "secondary"): RateLimitWindow | null {
  const usedPercent = asPercent(readNumber(headers[`x-codex-${name}-used-percent`]));
  const windowMinutes = readInteger(headers[`x-codex-${name}-window-minutes`]);
  const resetsAt = readInteger(headers[`x-codex-${name}-reset-at`]);
  if (usedPercent === null) return null;
  // All zeros is how the endpoint says that there is no such window.
  if (usedPercent === 0 && (windowMinutes ?? 0) === 0 && resetsAt === null) return null;
  return { usedPercent, windowMinutes, resetsAt };
}

function readCredits(headers: ReplyHeaders): RateLimits["credits"] {
  const hasCredits = readBoolean(headers["x-codex-credits-has-credits"]);
  const unlimited = readBoolean(headers["x-codex-credits-unlimited"]);
  if (hasCredits === null || unlimited === null) return null;
  return { hasCredits, unlimited, balance: headers["x-codex-credits-balance"]?.trim() || null };
}

function readNumber(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function readInteger(text: string | undefined): number | null {
  const value = readNumber(text);
  return Number.isInteger(value) ? asCount(value) : null;
}

/** Somewhat more than all is possible. */
const MAX_PERCENT = 1_000_000;

function asPercent(value: unknown): number | null {
  const percent = asNumber(value);
  return percent === null || percent < 0 || percent > MAX_PERCENT ? null : percent;
}

function readBoolean(text: string | undefined): boolean | null {
  switch (text?.trim().toLowerCase()) {
    case "true":
    case "1":
      return true;
    case "false":
    case "0":
      return false;
    default:
      return null;
  }
}
