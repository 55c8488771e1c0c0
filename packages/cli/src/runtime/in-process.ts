import { serve } from "@heddle/app-server";
import { connect, type Heddle } from "@heddle/client";
import { linkedPair } from "@heddle/protocol";
import { frontOf } from "./front.ts";
import type { Runtime } from "./runtime.ts";

/** Connects a client to an engine in this process: the same protocol, without a child and without JSON text. */
export async function connectInProcess(
  runtime: Runtime,
  clientInfo: { readonly name: string; readonly version: string },
): Promise<Heddle> {
  const [clientEnd, serverEnd] = linkedPair();
  serve(serverEnd, frontOf(runtime));
  return connect(clientEnd, { clientInfo });
}
