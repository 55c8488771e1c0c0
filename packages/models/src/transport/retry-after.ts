import type { ReplyHeaders } from "../rate-limits.ts";

/**
 * The delay that a reply asks for: `retry-after-ms`, or `retry-after` in seconds or as a date. Null when it asks for
 * none that makes sense.
 */
export function readRetryAfter(headers: ReplyHeaders, now: Date): number | null {
  const ms = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const text = headers["retry-after"]?.trim();
  if (!text) return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
