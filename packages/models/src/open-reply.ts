import { ModelError, isRetryable, retryDelayMs, type ModelFailure } from "./failure.ts";
import { isLocalProvider, LOCAL_SERVERS } from "./local/local-models.ts";
import type { ModelRequest } from "./prompt.ts";
import type { Environment } from "./provider/built-in-providers.ts";
import { isChatGptLogin, loginFailure, selectCredential, type CredentialSource } from "./provider/credentials.ts";
import { baseUrlOf, endpointUrl } from "./provider/endpoint.ts";
import { providerHeaders, type ClientIdentity } from "./provider/headers.ts";
import type { ProviderConfig } from "./provider/provider-config.ts";
import type { ReplyHeaders } from "./rate-limits.ts";
import type { ReplyBody } from "./transport/reply-body.ts";
import { readText } from "./transport/read-text.ts";
import { readRetryAfter } from "./transport/retry-after.ts";
import type { Transport } from "./transport/transport.ts";
import type { EncodedRequest, ErrorReply, WireAdapter } from "./wire/adapter.ts";

/** What requests are made with. */
export interface RequestContext {
  readonly provider: ProviderConfig;
  readonly credentials: CredentialSource;
  readonly env: Environment;
  readonly identity: ClientIdentity;
  readonly adapter: WireAdapter;
  readonly transport: Transport;
  readonly random: () => number;
  /** Rejects with the reason of the signal when it fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly clock: () => Date;
}

/** A reply that has begun, or what the last one said instead. */
export type OpenedReply =
  | {
      readonly type: "stream";
      readonly status: number;
      readonly headers: ReplyHeaders;
      readonly body: ReplyBody;
      readonly encoded: EncodedRequest;
    }
  | { readonly type: "refused"; readonly headers: ReplyHeaders; readonly failure: ModelFailure };

/** Each round of these must have taught the adapter something new. */
const MAX_LESSONS = 8;

/**
 * Sends a request until its reply begins. Within the first stream attempt it is repeated after 5xx, time-outs and
 * network errors; after a 401 the login is refreshed once. Source: engine spec, section 12.
 * @throws ModelError `missingEnvironmentVariable`, `unauthorized`, `network`, `timeout`, `unsupported`.
 * @throws the reason of the signal.
 */
export async function openReply(
  request: ModelRequest,
  context: RequestContext,
  signal: AbortSignal,
): Promise<OpenedReply> {
  const { adapter, provider, random, sleep } = context;
  let retries = request.attempt === 0 ? provider.requestMaxRetries : 0;
  let retry = 0;
  let refreshed = false;
  let lessons = 0;
  for (;;) {
    const sent = await send(request, context, signal);
    if (sent.type === "stream") return sent;
    if (sent.type === "refused") {
      if (lessons < MAX_LESSONS && adapter.learn?.(sent.reply, sent.encoded, request) === true) {
        lessons += 1;
        continue;
      }
      if (sent.reply.status === 401 && sent.refresh !== null && !refreshed) {
        refreshed = true;
        await refreshLogin(sent.refresh);
        continue;
      }
    }
    if (retries === 0 || !isRequestRetryable(sent)) {
      if (sent.type === "broken") throw sent.error;
      return { type: "refused", headers: sent.reply.headers, failure: sent.failure };
    }
    retries -= 1;
    retry += 1;
    await sleep(retryDelayMs(sent.type === "broken" ? sent.error.failure : sent.failure, retry, random), signal);
  }
}

type Sent =
  | Extract<OpenedReply, { type: "stream" }>
  | {
      readonly type: "refused";
      readonly reply: ErrorReply;
      readonly failure: ModelFailure;
      readonly encoded: EncodedRequest;
      /** Gets a new token for the login that was used; null when there is no way to. */
      readonly refresh: (() => Promise<void>) | null;
    }
  | { readonly type: "broken"; readonly error: ModelError };

async function send(request: ModelRequest, context: RequestContext, signal: AbortSignal): Promise<Sent> {
  const { provider, env, credentials, identity, adapter, transport, clock } = context;
  signal.throwIfAborted();
  const credential = await selectCredential({ provider, env, credentials });
  const encoded = adapter.encode(request);
  const auth = provider.auth ?? adapter.auth;
  const common = providerHeaders({ provider, env, identity, credential, auth });
  try {
    const reply = await transport.send({
      url: endpointUrl(baseUrlOf(provider, credential), encoded.path, provider.queryParams),
      headers: { ...common, ...encoded.headers },
      body: encoded.body,
      signal,
      timeoutMs: provider.streamIdleTimeoutMs,
    });
    const { status, headers } = reply;
    if (status >= 200 && status < 300) return { type: "stream", status, headers, body: reply.body, encoded };
    const delayMs = readRetryAfter(headers, clock());
    const refused: ErrorReply = {
      status,
      headers,
      body: await readText(reply.body, provider.streamIdleTimeoutMs),
      delayMs,
    };
    signal.throwIfAborted();
    const refresh = isChatGptLogin(credential) ? (credentials.refresh?.bind(credentials) ?? null) : null;
    return { type: "refused", reply: refused, failure: adapter.classify(refused), encoded, refresh };
  } catch (error) {
    if (!signal.aborted && error instanceof ModelError) return { type: "broken", error: withRemedy(error, provider) };
    throw error;
  }
}

/** A server of this machine that cannot be reached is mostly not running: whoever asked is told how it is started. */
function withRemedy(error: ModelError, { id }: ProviderConfig): ModelError {
  const { failure } = error;
  if (failure.kind !== "network" || !isLocalProvider(id)) return error;
  const { name, remedy } = LOCAL_SERVERS[id];
  return new ModelError({ ...failure, message: `${failure.message}. Is ${name} running? ${remedy}` }, { cause: error });
}

/** The request layer repeats less than the stream layer: no answer at all, or an error of the server's own. */
function isRequestRetryable(sent: Exclude<Sent, { type: "stream" }>): boolean {
  if (sent.type === "broken") return sent.error.failure.kind === "network" || sent.error.failure.kind === "timeout";
  return sent.reply.status >= 500 && isRetryable(sent.failure);
}

async function refreshLogin(refresh: () => Promise<void>): Promise<void> {
  try {
    await refresh();
  } catch (error) {
    throw loginFailure(error);
  }
}
