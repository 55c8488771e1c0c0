import { clientMethods, decodeRequest, invalidRequest, type IncomingRequest } from "@heddle/protocol";
import { implementedMethods } from "./handlers/implemented.ts";
import { legacyMethodNames } from "./legacy/method-names.ts";
import type { DecodedCall } from "./read-calls.ts";

/** The declarations of what is implemented: the error for another method lists these, and those of the first API. */
const implemented = pick(clientMethods, implementedMethods);

/** Reads a request. @throws RpcError with the reason when the method is unknown or the params do not fit. */
export function decodeCall(request: IncomingRequest): DecodedCall {
  const decoded = decodeRequest(implemented, request, legacyMethodNames);
  if (!decoded.ok) throw invalidRequest(`Invalid request: ${decoded.reason}`);
  if (decoded.method === "initialize") throw new Error("initialize is decoded by itself");
  return { method: decoded.method, params: decoded.params as never };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}
