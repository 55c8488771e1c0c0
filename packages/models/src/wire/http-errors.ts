import type { ModelFailure } from "../failure.ts";
import { asCount, asObject, asString, parseJson } from "../json.ts";
import { readRateLimits, type ReplyHeaders } from "../rate-limits.ts";
import type { ErrorReply } from "./adapter.ts";

const REQUEST_ID_HEADERS = ["cf-ray", "x-request-id", "x-oai-request-id"];

export function requestIdOf(headers: ReplyHeaders): string | null {
  for (const name of REQUEST_ID_HEADERS) {
    const value = headers[name];
    if (value) return value;
  }
  return null;
}

const BAD_IMAGE = "The image data you provided does not represent a valid image";

/**
 * What an error reply of an OpenAI-like endpoint means. Source: models spec, section 7; engine spec, section 12.
 * 503 and 529 stay unexpected statuses, whose text clients know, and carry the delay that the server asked for.
 */
export function classifyOpenAiReply({ status, headers, body, delayMs }: ErrorReply): ModelFailure {
  const requestId = requestIdOf(headers);
  switch (status) {
    case 400:
      return classifyInvalid(body);
    case 401:
      return { kind: "unauthorized", status, body, requestId };
    case 429:
      return classifyLimit({ status, headers, body, delayMs });
    case 500:
      return { kind: "server", status, requestId };
    default:
      return { kind: "unexpectedStatus", status, body, requestId, delayMs };
  }
}

function classifyInvalid(body: string): ModelFailure {
  if (body.includes(BAD_IMAGE)) return { kind: "invalidImage", message: BAD_IMAGE };
  const { code, message } = asObject(asObject(parseJson(body))["error"]);
  return code === "context_length_exceeded"
    ? { kind: "contextWindowExceeded", message: asString(message) ?? body }
    : { kind: "invalidRequest", body };
}

function classifyLimit({ status, headers, body, delayMs }: ErrorReply): ModelFailure {
  const error = asObject(asObject(parseJson(body))["error"]);
  switch (error["type"]) {
    case "usage_limit_reached":
      return {
        kind: "usageLimit",
        planType: asString(error["plan_type"]),
        resetsAt: asCount(error["resets_at"]),
        rateLimits: readRateLimits(headers),
      };
    case "usage_not_included":
      return { kind: "usageNotIncluded" };
    case "insufficient_quota":
      return { kind: "quotaExceeded", message: asString(error["message"]) ?? "" };
    default:
      return { kind: "rateLimited", status, delayMs, requestId: requestIdOf(headers) };
  }
}
