import type { ModelFailure } from "../../failure.ts";
import { asNumber, asObject, asString, parseJson, type JsonObject } from "../../json.ts";
import type { ErrorReply } from "../adapter.ts";
import { classifyOpenAiReply } from "../http-errors.ts";
import { classifyFailedResponse } from "../responses/failed.ts";

/** How the servers of open models say that a prompt is too long: they have no code for it. */
const TOO_LONG =
  /context.?length|context.?window|maximum context|exceed.{0,30}context|prompt is too long|too many tokens/i;

/** What a refusal by a Chat Completions endpoint means. */
export function classifyChatReply(reply: ErrorReply): ModelFailure {
  const { status, body } = reply;
  const error = asObject(asObject(parseJson(body))["error"]);
  const message = asString(error["message"]) ?? body;
  if (status === 402) return { kind: "quotaExceeded", message };
  if ((status === 400 || status === 413) && (error["code"] === "context_length_exceeded" || TOO_LONG.test(message))) {
    return { kind: "contextWindowExceeded", message };
  }
  return classifyOpenAiReply(reply);
}

/** What an `error` in the middle of a stream means; routers put an HTTP status into its code. */
export function classifyChatError(error: JsonObject): ModelFailure {
  const status = asNumber(error["code"]);
  if (status === null) return classifyFailedResponse(error);
  const body = JSON.stringify({ error });
  return classifyChatReply({ status, headers: {}, body, delayMs: null });
}
