import { ModelError, type ModelFailure } from "@heddle/models";
import type { CodexErrorInfo, TurnError } from "@heddle/protocol";
import { assertNever } from "../assert-never.ts";

/** The longest error text that clients get, in characters. Source: engine spec, section 8.4. */
const MAX_MESSAGE = 2048;

/** The wire form of what ended a turn. Anything that is not a model failure is a fault of the engine's surroundings. */
export function toTurnError(error: unknown): TurnError {
  if (error instanceof ModelError) {
    return { message: clip(error.message), codexErrorInfo: toErrorInfo(error.failure) };
  }
  return { message: clip(error instanceof Error ? error.message : String(error)), codexErrorInfo: "other" };
}

/** The `codexErrorInfo` of a turn that a model failure has ended. Source: app-server spec, section 9. */
function toErrorInfo(failure: ModelFailure): CodexErrorInfo {
  switch (failure.kind) {
    case "contextWindowExceeded":
      return "contextWindowExceeded";
    case "quotaExceeded":
    case "usageNotIncluded":
    case "usageLimit":
      return "usageLimitExceeded";
    case "unauthorized":
      return "unauthorized";
    case "unsupported":
      return "badRequest";
    case "server":
      return "internalServerError";
    case "rateLimited":
      return { responseTooManyFailedAttempts: { httpStatusCode: failure.status } };
    case "network":
    case "timeout":
      return { httpConnectionFailed: { httpStatusCode: null } };
    case "noStream":
      return { responseStreamConnectionFailed: { httpStatusCode: failure.status } };
    case "invalidImage":
    case "invalidRequest":
    case "invalidProvider":
    case "localServer":
    case "overloaded":
    case "unexpectedStatus":
    case "streamDisconnected":
    case "missingEnvironmentVariable":
    case "contentFilter":
      return "other";
    default:
      return assertNever(failure);
  }
}

/** The HTTP status that a retry notice names; null without an answer, and for a 500, as clients know it. */
export function httpStatusOf(failure: ModelFailure): number | null {
  switch (failure.kind) {
    case "rateLimited":
    case "unexpectedStatus":
    case "noStream":
      return failure.status;
    case "streamDisconnected":
      return failure.httpStatusCode;
    default:
      return null;
  }
}

function clip(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`;
}
