import {
  SdkError,
  SdkErrorCode,
  UnauthorizedError,
  type Client,
  type RequestOptions,
} from "@modelcontextprotocol/client";
import { timeoutSignal } from "../abort.ts";
import type { JsonObject } from "../json.ts";
import { McpError, reasonOf } from "../mcp-error.ts";
import type { McpConnection, McpTool, RequestLimits } from "./connection.ts";
import { anyResult, decodeCallResult, decodeContents, decodeResourcePage, decodeToolPage } from "./decode-result.ts";
import { hearToolChanges } from "./hear-tool-changes.ts";
import { progressText } from "./progress.ts";
import { createStopwatch, type Stopwatch } from "./stopwatch.ts";

/** Pages of a list that are read; a server that goes on longer does not come to an end. */
const MAX_PAGES = 1_000;
/** A call that goes on telling its progress may take this many times its limit. */
const PROGRESS_CAP = 10;
/** The SDK's own limit is out of the way: it cannot stand still. */
const NO_TIMEOUT_MS = 2_147_483_647;
const SANDBOX_STATE = "codex/sandbox-state";

/** What the handshake needs of the connection, beside what its users see. */
export interface ClientConnection extends McpConnection {
  /** The handshake is done. `onClosed` is told when the connection ends by itself. */
  opened(onClosed: (reason: string) => void): void;
  /** Runs work during which no call of this connection runs out of time: a person is asked. */
  whileAsking<T>(work: () => Promise<T>): Promise<T>;
}

/** @param ending how the process of the server ended, null while it lives and for servers that are none of ours. */
export function createClientConnection(parts: {
  readonly client: Client;
  readonly server: string;
  readonly log: (message: string) => void;
  readonly ending: () => string | null;
  /** Tells a server that keeps a session that it is over. */
  readonly endSession: () => Promise<void>;
  /** How long a server may take to agree that it tells when its tools change. */
  readonly timeoutMs: number;
  readonly onToolsChanged: () => void;
}): ClientConnection {
  const { client, server, log, ending, endSession } = parts;
  const closed = new AbortController();
  let hearing: Promise<void> | null = null;
  const calls = new Set<Stopwatch>();
  let asking = 0;
  let tellClosed: ((reason: string) => void) | null = null;

  /** Once, and not when it was us who closed. */
  const ended = (reason: string): void => {
    const tell = tellClosed;
    tellClosed = null;
    tell?.(reason);
  };

  const send = async (method: string, params: JsonObject, options: RequestOptions): Promise<unknown> => {
    try {
      return await client.request({ method, params }, anyResult, options);
    } catch (error) {
      if (isSessionLost(error)) ended("the server does not know this session any more");
      throw describeRequestFailure(error, { server, method, ending: ending() });
    }
  };
  const request = async (
    method: string,
    params: JsonObject,
    { timeoutMs, signal }: RequestLimits,
  ): Promise<unknown> => {
    const expiry = timeoutSignal(timeoutMs);
    try {
      return await send(method, params, { signal: AbortSignal.any([signal, expiry]), timeout: NO_TIMEOUT_MS });
    } catch (error) {
      signal.throwIfAborted();
      if (expiry.aborted) throw timedOut(method, timeoutMs);
      throw error;
    }
  };
  const timedOut = (method: string, afterMs: number): McpError =>
    new McpError({ kind: "requestTimedOut", server, method, afterMs });
  const badAnswer = (method: string, reason: string): McpError =>
    new McpError({ kind: "badAnswer", server, method, reason });

  return {
    get hasResources() {
      return client.getServerCapabilities()?.resources !== undefined;
    },
    get wantsSandboxState() {
      return client.getServerCapabilities()?.experimental?.[SANDBOX_STATE] !== undefined;
    },
    opened(onClosed) {
      tellClosed = onClosed;
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's client is no event target
      client.onclose = () => {
        closed.abort();
        ended(ending() ?? "the connection has ended");
      };
      hearing = hearToolChanges(client, { ...parts, signal: closed.signal });
    },
    async whileAsking(work) {
      asking += 1;
      for (const call of calls) call.pause();
      try {
        return await work();
      } finally {
        asking -= 1;
        for (const call of calls) call.resume();
      }
    },
    async listTools(limits) {
      if (client.getServerCapabilities()?.tools === undefined) return [];
      const method = "tools/list";
      const tools: McpTool[] = [];
      for await (const result of pages((params) => request(method, params, limits))) {
        const page = decodeToolPage(result);
        if (page === null) throw badAnswer(method, "it has no list of tools");
        for (const problem of page.skipped) log(`left out ${problem}`);
        tools.push(...page.tools);
      }
      return tools;
    },
    async callTool({ name, arguments: args, timeoutMs, signal, onProgress }) {
      const method = "tools/call";
      const stop = new AbortController();
      let expired = false;
      const watch = createStopwatch({
        limitMs: timeoutMs,
        capMs: timeoutMs * PROGRESS_CAP,
        now: () => performance.now(),
        onExpire: () => {
          expired = true;
          stop.abort("timed out");
        },
      });
      const onAbort = (): void => stop.abort("interrupted");
      signal.throwIfAborted();
      signal.addEventListener("abort", onAbort, { once: true });
      calls.add(watch);
      for (let n = 0; n < asking; n += 1) watch.pause();
      try {
        const options: RequestOptions = {
          signal: stop.signal,
          timeout: NO_TIMEOUT_MS,
          onprogress: (progress) => {
            watch.restart();
            onProgress(progressText(progress));
          },
        };
        const params = args === null ? { name } : { name, arguments: args };
        const result = decodeCallResult(await send(method, params, options));
        if (result === null) throw badAnswer(method, "it has no content");
        return result;
      } catch (error) {
        signal.throwIfAborted();
        if (expired) throw timedOut(method, timeoutMs);
        throw error;
      } finally {
        calls.delete(watch);
        watch.stop();
        signal.removeEventListener("abort", onAbort);
      }
    },
    async listResources(kind, cursor, limits) {
      const method = kind === "resources" ? "resources/list" : "resources/templates/list";
      const page = decodeResourcePage(await request(method, cursor === null ? {} : { cursor }, limits), kind);
      if (page === null) throw badAnswer(method, `it has no list of ${kind}`);
      return page;
    },
    async readResource(uri, limits) {
      const contents = decodeContents(await request("resources/read", { uri }, limits));
      if (contents === null) throw badAnswer("resources/read", "it has no contents");
      return contents;
    },
    notify: (method, params) => client.notification({ method, params }),
    async close() {
      tellClosed = null;
      closed.abort();
      await hearing;
      await endSession();
      await client.close();
    },
  };
}

/** The pages of a list up to one that names no next page, or one that was there already. */
async function* pages(load: (params: JsonObject) => Promise<unknown>): AsyncGenerator<unknown, void, undefined> {
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const result = await load(cursor === null ? {} : { cursor });
    yield result;
    cursor = nextCursor(result);
    if (cursor === null || seen.has(cursor)) return;
    seen.add(cursor);
  }
}

function nextCursor(result: unknown): string | null {
  const cursor = typeof result === "object" && result !== null && "nextCursor" in result ? result.nextCursor : null;
  return typeof cursor === "string" ? cursor : null;
}

function describeRequestFailure(
  error: unknown,
  { server, method, ending }: { readonly server: string; readonly method: string; readonly ending: string | null },
): McpError {
  if (error instanceof McpError) return error;
  if (error instanceof UnauthorizedError) return new McpError({ kind: "loginNeeded", server }, { cause: error });
  const closed = error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed;
  const code = error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : null;
  const reason = closed && ending !== null ? ending : reasonOf(error);
  const text = code === null ? reason : `Mcp error: ${code}: ${reason}`;
  return new McpError({ kind: "requestFailed", server, method, reason: text }, { cause: error });
}

/** A server over HTTP that has forgotten the session of our requests; only a new handshake helps. */
function isSessionLost(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 404;
}
