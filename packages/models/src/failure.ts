import { describeFailure } from "./describe-failure.ts";
import type { RateLimits } from "./rate-limits.ts";

/** What an endpoint says itself about asking again; missing where it says nothing. */
export type RetryAdvice = "retry" | "giveUp";

/** Every way in which a model request can fail: what callers retry on, report and test. */
export type ModelFailure =
  | { readonly kind: "contextWindowExceeded"; readonly message: string }
  | { readonly kind: "quotaExceeded"; readonly message: string }
  | { readonly kind: "usageNotIncluded" }
  | {
      readonly kind: "usageLimit";
      /** As the endpoint names it (`plus`, `pro`, ...), null when it does not. */
      readonly planType: string | null;
      /** Unix seconds. */
      readonly resetsAt: number | null;
      readonly rateLimits: RateLimits | null;
    }
  | { readonly kind: "invalidImage"; readonly message: string }
  /** The request cannot be answered as it is. `body`: what the endpoint said about it. */
  | { readonly kind: "invalidRequest"; readonly body: string }
  /** `status` is null when the refresh of a login failed, and `body` says how. */
  | {
      readonly kind: "unauthorized";
      readonly status: number | null;
      readonly body: string;
      readonly requestId: string | null;
    }
  | {
      readonly kind: "rateLimited";
      readonly status: number;
      readonly delayMs: number | null;
      readonly requestId: string | null;
      readonly advice?: RetryAdvice;
    }
  | { readonly kind: "overloaded"; readonly delayMs: number | null; readonly advice?: RetryAdvice }
  | {
      readonly kind: "server";
      readonly status: number;
      readonly requestId: string | null;
      readonly advice?: RetryAdvice;
    }
  | {
      readonly kind: "unexpectedStatus";
      readonly status: number;
      readonly body: string;
      readonly requestId: string | null;
      readonly delayMs: number | null;
      readonly advice?: RetryAdvice;
    }
  /** A success by its status, whose body is no stream. `excerpt`: how it begins. */
  | {
      readonly kind: "noStream";
      readonly status: number;
      readonly contentType: string | null;
      readonly excerpt: string;
    }
  /** The configuration of the provider makes no request possible. `message` says what to correct. */
  | { readonly kind: "invalidProvider"; readonly message: string }
  /** A server of models on this machine cannot be used. `message` says what to do. */
  | { readonly kind: "localServer"; readonly message: string }
  /** No reply: the connection could not be made, or broke before one came. */
  | { readonly kind: "network"; readonly message: string }
  /** No reply within the idle limit. */
  | { readonly kind: "timeout"; readonly url: string; readonly limitMs: number }
  | {
      readonly kind: "streamDisconnected";
      readonly message: string;
      readonly httpStatusCode: number | null;
      readonly delayMs: number | null;
    }
  | { readonly kind: "missingEnvironmentVariable"; readonly name: string; readonly instructions: string | null }
  | { readonly kind: "unsupported"; readonly operation: string }
  | { readonly kind: "contentFilter"; readonly message: string };

/** The one error that leaves `@heddle/models`; `cause` keeps that of the socket or the parser. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly failure: ModelFailure;

  constructor(failure: ModelFailure, options?: ErrorOptions) {
    super(describeFailure(failure), options);
    this.failure = failure;
  }
}

/** A client error that another attempt cannot change. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 422]);

/** Whether asking again may help. Source: engine spec, section 12. */
export function isRetryable(failure: ModelFailure): boolean {
  if ("advice" in failure && failure.advice !== undefined) return failure.advice === "retry";
  switch (failure.kind) {
    case "rateLimited":
    case "overloaded":
    case "server":
    case "network":
    case "timeout":
    case "noStream":
    case "streamDisconnected":
      return true;
    case "unexpectedStatus":
      return !FINAL_STATUSES.has(failure.status);
    default:
      return false;
  }
}

const FIRST_DELAY_MS = 200;
/** What a server may ask for at most, so that a turn does not look dead. */
const MAX_SERVER_DELAY_MS = 60_000;
const FIRST_OVERLOAD_DELAY_MS = 1_000;
const MAX_OVERLOAD_DELAY_MS = 30_000;

/**
 * How long to wait before a retry: what the server asked for, up to a minute, else a delay that doubles.
 * @param retry 1 for the first retry.
 * @param random between 0 and 1, for a jitter of ten percent either way.
 */
export function retryDelayMs(failure: ModelFailure, retry: number, random: () => number): number {
  const asked = "delayMs" in failure ? failure.delayMs : null;
  if (asked !== null) return Math.min(asked, MAX_SERVER_DELAY_MS);
  const doublings = 2 ** (Math.max(1, retry) - 1);
  if (failure.kind === "overloaded") return Math.min(FIRST_OVERLOAD_DELAY_MS * doublings, MAX_OVERLOAD_DELAY_MS);
  return FIRST_DELAY_MS * doublings * (0.9 + 0.2 * random());
}
