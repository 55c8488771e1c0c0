import type { ModelEvent } from "./model-event.ts";
import type { RequestContext } from "./open-reply.ts";
import type { ModelRequest } from "./prompt.ts";
import type { Environment } from "./provider/built-in-providers.ts";
import type { CredentialSource } from "./provider/credentials.ts";
import type { ChatDialect, ProviderConfig } from "./provider/provider-config.ts";
import type { ResponseItem } from "./response-item.ts";
import { streamResponse } from "./stream-response.ts";
import { createTransport } from "./transport/transport.ts";
import { loadAdapter } from "./wire/load-adapter.ts";

/** A client of one provider. Closed by whoever made it. */
export interface ModelClient {
  /**
   * Makes a sampling request and gives the events of the answer; the last one is `completed`.
   * Leaving the loop early, and the signal, close the connection at once.
   * @throws ModelError @throws the reason of `signal`
   */
  stream(request: ModelRequest, options: { readonly signal: AbortSignal }): AsyncGenerator<ModelEvent, void, undefined>;
  /**
   * Has the provider compact the input of a request and gives what takes its place; null when this provider, or this
   * login, has no such thing. @throws ModelError @throws the reason of `signal`
   */
  compact(request: ModelRequest, options: { readonly signal: AbortSignal }): Promise<readonly ResponseItem[] | null>;
  /** How a Chat Completions endpoint is spoken to after what it has refused so far; null for other wires. */
  dialect?(): Promise<ChatDialect | null>;
  /** Closes idle connections. Streams that run are ended by their signals. */
  close(): void;
}

export interface ModelClientOptions {
  readonly provider: ProviderConfig;
  readonly credentials: CredentialSource;
  /** Keys, extra headers, proxies and certificates are looked up here. */
  readonly env: Environment;
  /** Begins with the originator. */
  readonly userAgent: string;
  /** The name under which OpenAI's endpoint knows the program; other providers are told our own. */
  readonly originator: string;
  readonly version: string;
  /** Between 0 and 1, for the jitter of retries. */
  readonly random?: () => number;
  /** For tests: waits between retries; rejects with the reason of the signal. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly clock?: () => Date;
}

/** The wire's adapter and Node's HTTP modules are loaded with the first request: a start without a turn does not pay for them. */
export function createModelClient(options: ModelClientOptions): ModelClient {
  const { provider, credentials, env, userAgent, originator, version } = options;
  const { random = Math.random, sleep = sleepFor, clock = () => new Date() } = options;
  let context: Promise<RequestContext> | null = null;

  const open = async (): Promise<RequestContext> => {
    const adapter = await loadAdapter(provider);
    const transport = createTransport({ env, proxy: provider.proxy ?? null });
    const identity = { originator, userAgent, version };
    return { provider, credentials, env, identity, adapter, transport, random, sleep, clock };
  };

  return {
    dialect: async () => (await (context ??= open())).adapter.dialect?.() ?? null,
    stream: (request, { signal }) => streamResponse(request, () => (context ??= open()), signal),
    async compact(request, { signal }) {
      signal.throwIfAborted();
      const [ready, { compactHistory }] = await Promise.all([(context ??= open()), import("./compact-history.ts")]);
      return compactHistory(request, ready, signal);
    },
    close() {
      void context?.then(
        ({ transport }) => transport.close(),
        () => {}, // what failed to open has nothing to close, and was reported to who asked
      );
      context = null;
    },
  };
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  const { setTimeout: delay } = await import("node:timers/promises");
  signal.throwIfAborted();
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}
