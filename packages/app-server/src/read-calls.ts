import type { IncomingRequest } from "@heddle/protocol";
import type { handlers } from "./handlers/index.ts";

/** A request that can be served by a handler; `initialize` has come by another way. */
export interface DecodedCall {
  readonly method: keyof typeof handlers;
  /** Read by the schema of this very method, which the type cannot say: its handler takes them, and nothing else does. */
  readonly params: never;
}

/**
 * Reads requests that are not `initialize`. Declarations of methods are loaded when they are needed, those of the main
 * job apart from all others: they are much to make, and most clients start a thread first. A request that waits for
 * declarations lets no later one pass. @throws RpcError, or rejects with it, when the request cannot be read.
 */
export function createCallReader(): (request: IncomingRequest) => DecodedCall | Promise<DecodedCall> {
  /** Null for a method that it does not know. */
  let decode: ((request: IncomingRequest) => DecodedCall | null) | null = null;
  let last: Promise<unknown> | null = null;

  const load = async (request: IncomingRequest): Promise<DecodedCall> => {
    decode ??= (await import("./decode-main-job.ts")).decodeMainJob;
    const call = decode(request);
    if (call !== null) return call;
    const { decodeCall } = await import("./decode-call.ts");
    decode = decodeCall;
    return decodeCall(request);
  };

  return (request) => {
    const call = last === null ? (decode?.(request) ?? null) : null;
    if (call !== null) return call;
    const reading = last === null ? load(request) : last.then(() => load(request));
    const settled = reading.then(
      () => {},
      () => {},
    );
    last = settled;
    void settled.then(() => void (last = last === settled ? null : last));
    return reading;
  };
}
