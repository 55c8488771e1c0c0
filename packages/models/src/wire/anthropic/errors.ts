import type { ModelFailure, RetryAdvice } from "../../failure.ts";
import { asObject, asString, parseJson, type JsonObject } from "../../json.ts";
import type { RateLimits, ReplyHeaders } from "../../rate-limits.ts";
import type { ErrorReply } from "../adapter.ts";
import { disconnected } from "../responses/failed.ts";

const TOO_LONG = /prompt is too long|context window|maximum context/i;
const BAD_IMAGE = /\bimage\b/i;

/** What an error reply means; its own word on asking again goes over ours. Source: models spec, section 10.4. */
export function classifyAnthropicReply(reply: ErrorReply): ModelFailure {
  const failure = classifyStatus(reply);
  const advice = readAdvice(reply.headers);
  if (advice === null) return failure;
  switch (failure.kind) {
    case "rateLimited":
    case "overloaded":
    case "server":
    case "unexpectedStatus":
      return { ...failure, advice };
    default:
      return failure;
  }
}

function readAdvice(headers: ReplyHeaders): RetryAdvice | null {
  switch (headers["x-should-retry"]) {
    case "true":
      return "retry";
    case "false":
      return "giveUp";
    default:
      return null;
  }
}

function classifyStatus({ status, headers, body, delayMs }: ErrorReply): ModelFailure {
  const root = asObject(parseJson(body));
  const message = asString(asObject(root["error"])["message"]) ?? body;
  const requestId = headers["request-id"] ?? asString(root["request_id"]);
  switch (status) {
    case 400:
      return classifyInvalid(message, body);
    case 401:
    case 403:
      return { kind: "unauthorized", status, body, requestId };
    case 402:
      return { kind: "quotaExceeded", message };
    case 413:
      return { kind: "contextWindowExceeded", message };
    case 429:
      return { kind: "rateLimited", status, delayMs, requestId };
    case 500:
      return { kind: "server", status, requestId };
    case 529:
      return { kind: "overloaded", delayMs };
    default:
      return { kind: "unexpectedStatus", status, body, requestId, delayMs };
  }
}

/** What an `error` event in the stream means: the same types, without a status. */
export function classifyAnthropicError(error: JsonObject): ModelFailure {
  const message = asString(error["message"]) ?? "the provider reported an error";
  switch (error["type"]) {
    case "invalid_request_error":
      return classifyInvalid(message, message);
    case "authentication_error":
    case "permission_error":
      return { kind: "unauthorized", status: null, body: message, requestId: null };
    case "billing_error":
      return { kind: "quotaExceeded", message };
    case "request_too_large":
      return { kind: "contextWindowExceeded", message };
    case "rate_limit_error":
      return { kind: "rateLimited", status: 429, delayMs: null, requestId: null };
    case "api_error":
      return { kind: "server", status: 500, requestId: null };
    case "overloaded_error":
      return { kind: "overloaded", delayMs: null };
    default:
      return disconnected(message);
  }
}

function classifyInvalid(message: string, body: string): ModelFailure {
  if (TOO_LONG.test(message)) return { kind: "contextWindowExceeded", message };
  return BAD_IMAGE.test(message) ? { kind: "invalidImage", message } : { kind: "invalidRequest", body };
}

const LIMITS = ["requests", "tokens", "input-tokens", "output-tokens"];

/** The tightest of the limits that a reply names, as the primary window; null when it names none. */
export function readAnthropicLimits(headers: ReplyHeaders): RateLimits | null {
  let primary: RateLimits["primary"] = null;
  for (const name of LIMITS) {
    const limit = Number(headers[`anthropic-ratelimit-${name}-limit`] ?? Number.NaN);
    const remaining = Number(headers[`anthropic-ratelimit-${name}-remaining`] ?? Number.NaN);
    if (!(limit > 0) || !(remaining >= 0)) continue;
    const usedPercent = (1 - Math.min(1, remaining / limit)) * 100;
    if (primary !== null && primary.usedPercent >= usedPercent) continue;
    const resetMs = Date.parse(headers[`anthropic-ratelimit-${name}-reset`] ?? "");
    primary = { usedPercent, windowMinutes: null, resetsAt: Number.isNaN(resetMs) ? null : Math.floor(resetMs / 1000) };
  }
  return primary === null ? null : { primary, secondary: null, credits: null, planType: null };
}
