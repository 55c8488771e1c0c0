import type { ModelFailure } from "../../failure.ts";
import { asCount, asString, type JsonObject } from "../../json.ts";

const IMAGE_CODES: ReadonlySet<unknown> = new Set([
  "invalid_image",
  "invalid_image_format",
  "invalid_base64_image",
  "invalid_image_url",
  "invalid_image_mode",
  "image_too_large",
  "image_too_small",
  "image_parse_error",
  "image_content_policy_violation",
  "image_file_too_large",
  "image_file_not_found",
  "image_download_failed",
  "failed_to_download_image",
  "empty_image_file",
  "unsupported_image_media_type",
]);

/** What the `error` of a failed response means. Source: models spec, section 2. */
export function classifyFailedResponse(error: JsonObject): ModelFailure {
  const { code } = error;
  const message =
    asString(error["message"]) || asString(code) || "the endpoint reported a failure without saying which";
  switch (code) {
    case "context_length_exceeded":
      return { kind: "contextWindowExceeded", message };
    case "insufficient_quota":
      return { kind: "quotaExceeded", message };
    case "usage_not_included":
      return { kind: "usageNotIncluded" };
    case "usage_limit_reached": {
      const planType = asString(error["plan_type"]);
      return { kind: "usageLimit", planType, resetsAt: asCount(error["resets_at"]), rateLimits: null };
    }
    case "invalid_prompt":
    case "bio_policy":
    case "data_residency_mismatch":
      return { kind: "invalidRequest", body: message };
    case "rate_limit_exceeded":
      return disconnected(message, readDelay(message));
    default:
      return IMAGE_CODES.has(code) ? { kind: "invalidImage", message } : disconnected(message, null);
  }
}

export function disconnected(message: string, delayMs: number | null = null): ModelFailure {
  return { kind: "streamDisconnected", message, httpStatusCode: null, delayMs };
}

/** The delay that a sentence names: `Please try again in 1.5s`, `try again in 20 seconds`. */
function readDelay(message: string): number | null {
  const match = /try again in\s*(\d+(?:\.\d+)?)\s*(s|ms|seconds?)/i.exec(message);
  if (match === null) return null;
  const value = Number(match[1]);
  return match[2]?.toLowerCase() === "ms" ? value : value * 1000;
}
