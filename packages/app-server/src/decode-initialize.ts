import { decodeRequest, initialize, invalidRequest, type IncomingRequest, type ParamsOf } from "@heddle/protocol";

const METHODS = { initialize };

/**
 * Reads the first request of a client. The declarations of all other methods are left out: a client waits for this
 * answer, and they are more than all else that it takes. @throws RpcError with the reason when the params do not fit.
 */
export function decodeInitialize(request: IncomingRequest): ParamsOf<"initialize"> {
  const decoded = decodeRequest(METHODS, request);
  if (!decoded.ok) throw invalidRequest(`Invalid request: ${decoded.reason}`);
  return decoded.params as ParamsOf<"initialize">;
}
