import type { JsonValue } from "../json.ts";

/** Everything that the client did wrong, an unknown method and bad params among it. */
export const INVALID_REQUEST = -32600;
/** Everything that went wrong on the server. */
export const INTERNAL_ERROR = -32603;

/** The one error of a connection: an answer that is an error, or no answer because the connection ended. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: JsonValue | undefined;
  /** `connectionClosed`: nobody answered. Only `answer` says something about the request. */
  readonly origin: "answer" | "connectionClosed";

  constructor(
    code: number,
    message: string,
    options: ErrorOptions & { readonly data?: JsonValue | undefined; readonly origin?: RpcError["origin"] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.data = options.data;
    this.origin = options.origin ?? "answer";
  }
}

/** @returns an error for what the client did wrong. */
export function invalidRequest(message: string, data?: JsonValue): RpcError {
  return new RpcError(INVALID_REQUEST, message, { data });
}

/** @returns an error for what went wrong on the server. */
export function internalError(message: string, options?: ErrorOptions): RpcError {
  return new RpcError(INTERNAL_ERROR, message, options);
}
