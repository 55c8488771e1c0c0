import type { ModelFailure } from "../failure.ts";
import type { ModelEvent } from "../model-event.ts";
import type { ModelRequest } from "../prompt.ts";
import type { RequestHeaders } from "../provider/headers.ts";
import type { AuthScheme, ChatDialect, ProviderConfig } from "../provider/provider-config.ts";
import type { ResponseItem } from "../response-item.ts";
import type { RateLimits, ReplyHeaders } from "../rate-limits.ts";

/**
 * One wire API: how a request is written, how its stream is read, what its errors mean. An adapter does no I/O. It is
 * made once per client, so it may remember what a provider did not understand.
 */
export interface WireAdapter {
  /** Where the key goes unless the provider is configured otherwise. */
  readonly auth: AuthScheme;
  /** Where the provider lists its models. */
  readonly models: { readonly path: string; readonly headers: RequestHeaders };
  /** The request as it goes out. @throws ModelError `unsupported`. */
  encode(request: ModelRequest): EncodedRequest;
  /** A decoder for the stream of one response. */
  createDecoder(request: ModelRequest, encoded: EncodedRequest): StreamDecoder;
  /** What a reply that is not a success means. */
  classify(reply: ErrorReply): ModelFailure;
  /** Where a provider can compact a history by itself: the request, and the items that its answer has; null for none. */
  readonly compaction?: {
    encode(request: ModelRequest): EncodedRequest;
    decode(body: string): readonly ResponseItem[] | null;
  };
  /** What the headers of a reply say about limits, where they are this API's own. */
  readLimits?(headers: ReplyHeaders): RateLimits | null;
  /**
   * Whether the same request is worth sending again at once in another form, since the reply said what was wrong with
   * this one; the adapter remembers it for `encode`.
   */
  learn?(reply: ErrorReply, encoded: EncodedRequest, request: ModelRequest): boolean;
  /** What has been learned so far of an endpoint whose dialects differ. */
  dialect?(): ChatDialect;
}

export interface EncodedRequest {
  /** Below the base URL; may have a query. */
  readonly path: string;
  /** Beside those that every request has. */
  readonly headers: RequestHeaders;
  readonly body: string;
  /** For people, before anything else: what could not be asked for. */
  readonly warnings?: readonly string[];
}

/** Makes model events of one response's messages; its state is what was received so far. */
export interface StreamDecoder {
  /**
   * Adds the events of one message to `events`; a message that means nothing adds none.
   * @throws ModelError when the response failed; what was added before is still good.
   */
  decode(data: string, events: ModelEvent[]): void;
  /** Whether all that matters has come: what may follow is waited for only briefly. Missing where nothing follows. */
  readonly isAnswered?: boolean;
  /** The body has ended. Adds what was still open. @throws ModelError when the response is incomplete. */
  end(events: ModelEvent[]): void;
}

export interface ErrorReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: string;
  /** The delay that the headers ask for, null when they do not. */
  readonly delayMs: number | null;
}

/** What an adapter is made for. */
export interface AdapterContext {
  readonly provider: ProviderConfig;
  /** A new id for a call to which the provider gives none, unlike any other. */
  readonly newCallId: () => string;
}
