import { decodeRequest, invalidRequest, threadStart, turnStart, type IncomingRequest } from "@heddle/protocol";
import type { DecodedCall } from "./read-calls.ts";

const METHODS = { "thread/start": threadStart, "turn/start": turnStart };

/**
 * Reads the requests that lead to the first turn; null for any other, of which nothing is known here.
 * @throws RpcError with the reason when the params do not fit.
 */
export function decodeMainJob(request: IncomingRequest): DecodedCall | null {
  if (!Object.hasOwn(METHODS, request.method)) return null;
  const decoded = decodeRequest(METHODS, request);
  if (!decoded.ok) throw invalidRequest(`Invalid request: ${decoded.reason}`);
  return { method: decoded.method, params: decoded.params as never };
}
