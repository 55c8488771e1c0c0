import type { ModelFailure } from "../../failure.ts";
import { asArray, asNumber, asObject, asString, parseJson, type JsonObject } from "../../json.ts";
import type { ErrorReply } from "../adapter.ts";
import { requestIdOf } from "../http-errors.ts";

const TOO_LONG = /exceeds the maximum number of tokens|input token count/i;

/** What an error reply means. Source: models spec, section 11.3. */
export function classifyGeminiReply(reply: ErrorReply): ModelFailure {
  const { status, headers, body, delayMs } = reply;
  const error = readError(body);
  const message = asString(error["message"]) ?? body;
  const requestId = requestIdOf(headers);
  switch (status) {
    case 400:
      return TOO_LONG.test(message) ? { kind: "contextWindowExceeded", message } : { kind: "invalidRequest", body };
    case 401:
    case 403:
      return { kind: "unauthorized", status, body, requestId };
    case 429:
      return isDailyQuota(error)
        ? { kind: "quotaExceeded", message }
        : { kind: "rateLimited", status, delayMs: readRetryInfo(error) ?? delayMs, requestId };
    case 500:
      return { kind: "server", status, requestId };
    case 503:
      return { kind: "overloaded", delayMs: readRetryInfo(error) ?? delayMs };
    default:
      return { kind: "unexpectedStatus", status, body, requestId, delayMs };
  }
}

/** What an `error` in the middle of a stream means: its code is an HTTP status. */
export function classifyGeminiError(error: JsonObject): ModelFailure {
  const status = asNumber(error["code"]) ?? 500;
  return classifyGeminiReply({ status, headers: {}, body: JSON.stringify({ error }), delayMs: null });
}

/** The body is an object with an `error`, or a list of one. */
function readError(body: string): JsonObject {
  const root = parseJson(body);
  return asObject(asObject(Array.isArray(root) ? root[0] : root)["error"]);
}

/** `"17s"` of the detail `google.rpc.RetryInfo`. */
function readRetryInfo(error: JsonObject): number | null {
  for (const detail of detailsOf(error, "RetryInfo")) {
    const match = /^(\d+(?:\.\d+)?)s$/.exec(asString(detail["retryDelay"]) ?? "");
    if (match !== null) return Number(match[1]) * 1000;
  }
  return null;
}

/** A quota of the day does not come back while one waits. */
function isDailyQuota(error: JsonObject): boolean {
  return detailsOf(error, "QuotaFailure").some((detail) =>
    asArray(detail["violations"]).some((violation) => /per.?day/i.test(asString(asObject(violation)["quotaId"]) ?? "")),
  );
}

function detailsOf(error: JsonObject, type: string): JsonObject[] {
  return asArray(error["details"])
    .map(asObject)
    .filter((detail) => asString(detail["@type"])?.endsWith(type));
}
