import {
  decodeRequest,
  invalidRequest,
  legacyMethods,
  type IncomingRequest,
  type LegacyMethod,
} from "@heddle/protocol";

/** A request of the first API that can be served. */
export interface DecodedLegacyCall {
  readonly method: LegacyMethod;
  /** Read by the schema of this very method, which the type cannot say: its handler takes them, and nothing else does. */
  readonly params: never;
}

/** @throws RpcError with the reason when the params do not fit. */
export function decodeLegacyCall(request: IncomingRequest): DecodedLegacyCall {
  const decoded = decodeRequest(legacyMethods, request);
  if (!decoded.ok) throw invalidRequest(`Invalid request: ${decoded.reason}`);
  return { method: decoded.method, params: decoded.params as never };
}
