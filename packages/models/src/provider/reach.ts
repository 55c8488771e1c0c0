import { ModelError } from "../failure.ts";
import { createTransport } from "../transport/transport.ts";
import type { Environment } from "./built-in-providers.ts";
import { baseUrlOf } from "./endpoint.ts";
import type { ProviderConfig } from "./provider-config.ts";

/** Whether a provider's endpoint answers at all; what it answers says nothing about keys or models. */
export type Reach =
  | { readonly type: "reached"; readonly url: string; readonly status: number; readonly tookMs: number }
  | { readonly type: "unreachable"; readonly url: string; readonly reason: string };

/**
 * Asks the base URL of a provider once, through the proxies and with the certificates that model requests use, and
 * without a credential.
 * @throws ModelError `invalidProvider` when the base URL is none. @throws the reason of the signal.
 */
export async function reachProvider(
  provider: ProviderConfig,
  { env, timeoutMs, signal }: { readonly env: Environment; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Reach> {
  const url = baseUrlOf(provider, { source: "none" });
  const transport = createTransport({ env, proxy: provider.proxy });
  const startedAt = performance.now();
  try {
    const { status, body } = await transport.send({ url, headers: {}, body: null, signal, timeoutMs });
    body.endNow();
    return { type: "reached", url, status, tookMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { type: "unreachable", url, reason: reasonOf(error) };
  } finally {
    transport.close();
  }
}

function reasonOf({ failure, message }: ModelError): string {
  return failure.kind === "network" ? failure.message : message;
}
