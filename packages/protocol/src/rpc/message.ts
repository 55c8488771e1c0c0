import { isJsonObject, type JsonValue } from "../json.ts";

/** `"0"` and `0` are different ids. Integers are those of 64 bits; see `decodeLine` for the ones a number cannot hold. */
export type RequestId = string | number;

export interface RequestMessage {
  readonly id: RequestId;
  readonly method: string;
  readonly params?: unknown;
}

export interface NotificationMessage {
  readonly method: string;
  readonly params?: unknown;
}

export interface ResponseMessage {
  readonly id: RequestId;
  readonly result: unknown;
}

export interface ErrorMessage {
  readonly id: RequestId;
  readonly error: { readonly code: number; readonly message: string; readonly data?: JsonValue };
}

export type Message = RequestMessage | NotificationMessage | ResponseMessage | ErrorMessage;

/**
 * Reads a JSON value as a message; `null` if it is none, which is to be dropped. Unknown members are ignored. A message
 * with a method whose id is neither a string nor an integer is a notification.
 * Source: the app-server spec, section 1.
 */
export function decodeMessage(value: unknown): Message | null {
  if (!isJsonObject(value)) return null;
  const { id, method, params, result, error } = value;
  if (typeof method === "string") {
    const body = params === undefined ? { method } : { method, params };
    return isRequestId(id) ? { id, ...body } : body;
  }
  if (!isRequestId(id)) return null;
  if (result !== undefined) return { id, result };
  return isErrorBody(error) ? { id, error } : null;
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || (typeof id === "number" && Number.isInteger(id));
}

function isErrorBody(error: unknown): error is ErrorMessage["error"] {
  return isJsonObject(error) && Number.isInteger(error["code"]) && typeof error["message"] === "string";
}
