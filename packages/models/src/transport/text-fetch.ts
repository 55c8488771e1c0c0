import type { Environment } from "../provider/built-in-providers.ts";
import { readText } from "./read-text.ts";
import { createTransport } from "./transport.ts";

/** Sends one request and gives its whole answer, a redirect as it is. */
export type TextFetch = (
  url: string,
  request: {
    readonly method: "GET" | "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<TextAnswer>;

export interface TextAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Names are lower case. */
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** The longest wait for the head, and then for the rest, of an answer, where the signal allows more. */
const LIMIT_MS = 120_000;

/**
 * Requests beside those to models, as a login makes them: through the same proxies and with the same certificates,
 * which the platform's `fetch` does not look at. A connection serves one request.
 */
export function createTextFetch(env: Environment): TextFetch {
  return async (url, { method, headers, body, signal }) => {
    const transport = createTransport({ env, proxy: null });
    try {
      const sent = method === "GET" ? null : (body ?? "");
      const reply = await transport.send({ url, headers, body: sent, signal, timeoutMs: LIMIT_MS });
      const text = await readText(reply.body, LIMIT_MS);
      signal.throwIfAborted();
      const { STATUS_CODES } = await import("node:http");
      return {
        status: reply.status,
        statusText: STATUS_CODES[reply.status] ?? "",
        headers: { get: (name) => reply.headers[name.toLowerCase()] ?? null },
        text: () => Promise.resolve(text),
      };
    } finally {
      transport.close();
    }
  };
}
