import { timeoutSignal, withSignal } from "../abort.ts";
import type { ConnectOptions, McpConnection, McpTool, TokenProvider } from "../connection/connection.ts";
import type { Elicitation, ElicitationAnswer } from "../elicitation/elicitation.ts";
import type { JsonObject } from "../json.ts";
import { McpError, reasonOf } from "../mcp-error.ts";
import type { Environment, McpServerConfig } from "../server-config.ts";
import type { WebFetch } from "../web-fetch.ts";

/** How far a server has come. Source: MCP spec, section A2. */
export type McpServerStatus =
  | { readonly state: "starting" }
  | { readonly state: "ready" }
  | { readonly state: "failed"; readonly error: string; readonly loginNeeded: boolean }
  | { readonly state: "cancelled" };

/** What a server needs of the thread that it belongs to. */
export interface ServerSurroundings {
  readonly clientVersion: string;
  readonly env: Environment;
  readonly fetch: WebFetch;
  /** Absolute. */
  readonly cwd: string;
  readonly log: (message: string) => void;
  readonly onStatus: (server: string, status: McpServerStatus) => void;
  /** Something that the person should know. */
  readonly onWarning: (message: string) => void;
  readonly elicit: (server: string, question: Elicitation, signal: AbortSignal) => Promise<ElicitationAnswer>;
  /** The sandbox of the thread, for servers that want to know; null before it is known. */
  readonly sandboxState: () => JsonObject | null;
  readonly connect: (options: ConnectOptions) => Promise<McpConnection>;
  /** How long to wait before each next start of a server that has ended; after the last one it is given up. */
  readonly restartDelaysMs: readonly number[];
}

/** One server of a thread, from its start to its end, restarts included. */
export interface McpServer {
  readonly name: string;
  readonly config: McpServerConfig;
  readonly status: McpServerStatus;
  /** All its tools, as it listed them last; they stay while it is started again. */
  readonly tools: readonly McpTool[];
  /** When `settled` has waited long enough, whatever comes: a clock time of `performance.now`. */
  readonly startDeadline: number;
  start(): void;
  /** Resolves when the server is ready, or has failed; at once when it is not being started. */
  settled(): Promise<void>;
  /** The connection, waited for while it is being made. @throws McpError `notRunning` or what the start failed with. */
  connection(signal: AbortSignal): Promise<McpConnection>;
  /** Gives up a start that is under way. */
  cancelStart(): void;
  /** Tells the server about the sandbox, if it wants to know. */
  tellSandboxState(): Promise<void>;
  /** Ends it for good. Idempotent. */
  close(): Promise<void>;
}

/** A server that has run for so long is one that works: its next end counts as the first. */
const STEADY_MS = 60_000;

/** How long a server may take to hear of the sandbox. */
const TELL_MS = 1_000;

const SERVER_NAME = /^[a-zA-Z0-9_-]+$/;

export function createServer(
  name: string,
  config: McpServerConfig,
  parts: { readonly surroundings: ServerSurroundings; readonly tokens: TokenProvider | null },
): McpServer {
  return new ThreadServer(name, config, parts.surroundings, parts.tokens);
}

type State =
  | { readonly type: "idle" }
  | { readonly type: "starting"; readonly abort: AbortController; readonly done: Promise<void> }
  /** It has ended and is started again when the timer fires. */
  | { readonly type: "waiting"; readonly timer: NodeJS.Timeout; readonly reason: string }
  | { readonly type: "ready"; readonly connection: McpConnection }
  | { readonly type: "failed"; readonly error: McpError }
  | { readonly type: "cancelled" };

class ThreadServer implements McpServer {
  readonly name: string;
  readonly config: McpServerConfig;
  readonly #around: ServerSurroundings;
  readonly #tokens: TokenProvider | null;
  #state: State = { type: "idle" };
  #tools: readonly McpTool[] = [];
  #restarts = 0;
  #readySince = 0;
  #listing: Promise<void> = Promise.resolve();
  #relist = false;
  #closed = false;
  startDeadline = 0;

  constructor(name: string, config: McpServerConfig, around: ServerSurroundings, tokens: TokenProvider | null) {
    this.name = name;
    this.config = config;
    this.#around = around;
    this.#tokens = tokens;
  }

  get tools(): readonly McpTool[] {
    return this.#tools;
  }

  get status(): McpServerStatus {
    switch (this.#state.type) {
      case "idle":
      case "cancelled":
        return { state: "cancelled" };
      case "starting":
      case "waiting":
        return { state: "starting" };
      case "ready":
        return { state: "ready" };
      case "failed":
        return failedStatus(this.#state.error);
    }
  }

  start(): void {
    if (this.#closed || this.#state.type === "starting" || this.#state.type === "ready") return;
    if (this.#state.type === "waiting") clearTimeout(this.#state.timer);
    const abort = new AbortController();
    this.startDeadline = performance.now() + this.config.startupTimeoutMs;
    this.#around.onStatus(this.name, { state: "starting" });
    this.#state = { type: "starting", abort, done: this.#open(abort.signal) };
  }

  async settled(): Promise<void> {
    if (this.#state.type === "starting") await this.#state.done;
  }

  async connection(signal: AbortSignal): Promise<McpConnection> {
    if (this.#state.type === "waiting") this.#startAgain();
    if (this.#state.type === "starting") await withSignal(this.#state.done, signal);
    signal.throwIfAborted();
    switch (this.#state.type) {
      case "ready":
        return this.#state.connection;
      case "failed":
        throw this.#state.error;
      case "waiting":
        throw this.#notRunning(this.#state.reason);
      case "cancelled":
        throw this.#notRunning("its start was cancelled");
      case "idle":
      case "starting":
        throw this.#notRunning("it has not been started");
    }
  }

  cancelStart(): void {
    if (this.#state.type === "starting") this.#state.abort.abort(new DOMException("cancelled", "AbortError"));
  }

  async tellSandboxState(): Promise<void> {
    const state = this.#around.sandboxState();
    if (this.#state.type !== "ready" || state === null || !this.#state.connection.wantsSandboxState) return;
    // A server that does not read must not keep a turn from beginning.
    await withSignal(this.#state.connection.notify("codex/sandbox-state/update", state), timeoutSignal(TELL_MS)).catch(
      (error: unknown) => this.#around.log(`${this.name}: ${reasonOf(error)}`),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    const state = this.#state;
    this.#state = { type: "cancelled" };
    switch (state.type) {
      case "starting":
        state.abort.abort(new DOMException("closed", "AbortError"));
        await state.done;
        break;
      case "waiting":
        clearTimeout(state.timer);
        break;
      case "ready":
        await state.connection.close();
        break;
      case "idle":
      case "failed":
      case "cancelled":
        break;
    }
    await this.#listing;
  }

  /** One start, from the beginning to a state. Never rejects. */
  async #open(signal: AbortSignal): Promise<void> {
    await Promise.resolve(); // `start` has set the state by then
    let connection: McpConnection | null = null;
    try {
      connection = await this.#connect(signal);
      const tools = await this.#listTools(connection, signal);
      signal.throwIfAborted();
      this.#tools = tools;
      this.#state = { type: "ready", connection };
      this.#readySince = performance.now();
      await this.tellSandboxState();
      this.#around.onStatus(this.name, { state: "ready" });
    } catch (error) {
      await connection?.close();
      this.#failed(error, signal);
    }
  }

  #connect(signal: AbortSignal): Promise<McpConnection> {
    const { clientVersion, env, fetch, cwd, log, elicit, connect } = this.#around;
    if (!SERVER_NAME.test(this.name)) {
      const reason = `Invalid server name '${this.name}': must match pattern ${SERVER_NAME.source}`;
      throw new McpError({ kind: "badConfig", server: this.name, reason });
    }
    return connect({
      server: this.name,
      config: this.config,
      clientVersion,
      env,
      fetch,
      cwd,
      tokens: this.#tokens,
      signal,
      log: (message) => log(`${this.name}: ${message}`),
      onToolsChanged: () => this.#onToolsChanged(),
      onClosed: (reason) => this.#onClosed(reason),
      elicit: (question, asked) => elicit(this.name, question, asked),
    });
  }

  async #listTools(connection: McpConnection, signal: AbortSignal): Promise<readonly McpTool[]> {
    const timeoutMs = this.config.startupTimeoutMs;
    try {
      return await connection.listTools({ timeoutMs, signal });
    } catch (error) {
      if (error instanceof McpError && error.failure.kind === "requestTimedOut") {
        throw new McpError({ kind: "startTimedOut", server: this.name, afterMs: timeoutMs }, { cause: error });
      }
      throw error;
    }
  }

  #failed(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) {
      this.#state = { type: "cancelled" };
      this.#around.onStatus(this.name, { state: "cancelled" });
      return;
    }
    const failure =
      error instanceof McpError && error.failure.kind !== "requestFailed"
        ? error
        : new McpError({ kind: "startFailed", server: this.name, reason: reasonOf(error) }, { cause: error });
    if (this.#restarts > 0 && this.#restartLater(failure.message)) return;
    this.#state = { type: "failed", error: failure };
    this.#around.onStatus(this.name, failedStatus(failure));
  }

  #onClosed(reason: string): void {
    if (this.#closed || this.#state.type !== "ready") return;
    if (performance.now() - this.#readySince > STEADY_MS) this.#restarts = 0;
    if (this.#restartLater(reason)) {
      this.#around.onWarning(`MCP server '${this.name}' has ended and is started again: ${reason}`);
      return;
    }
    const error = this.#notRunning(`${reason}; it has ended too often and is not started again`);
    this.#state = { type: "failed", error };
    this.#around.onWarning(error.message);
    this.#around.onStatus(this.name, failedStatus(error));
  }

  /** False when it has been started too often. */
  #restartLater(reason: string): boolean {
    const delay = this.#around.restartDelaysMs[this.#restarts];
    if (delay === undefined) return false;
    this.#restarts += 1;
    this.#state = { type: "waiting", reason, timer: setTimeout(() => this.#startAgain(), delay) };
    return true;
  }

  #startAgain(): void {
    if (this.#state.type !== "waiting") return;
    clearTimeout(this.#state.timer);
    this.#state = { type: "idle" };
    this.start();
  }

  #onToolsChanged(): void {
    if (this.#relist) return; // one list is asked for already, and will see this change
    this.#relist = true;
    this.#listing = this.#listing.then(() => this.#relistTools());
  }

  async #relistTools(): Promise<void> {
    this.#relist = false;
    if (this.#state.type !== "ready") return;
    const { connection } = this.#state;
    try {
      this.#tools = await this.#listTools(connection, new AbortController().signal);
      this.#around.log(`${this.name}: its tools have changed`);
    } catch (error) {
      this.#around.log(`${this.name}: its tools have changed and cannot be listed: ${reasonOf(error)}`);
    }
  }

  #notRunning(reason: string): McpError {
    return new McpError({ kind: "notRunning", server: this.name, reason });
  }
}

function failedStatus(error: McpError): McpServerStatus {
  return { state: "failed", error: error.message, loginNeeded: error.failure.kind === "loginNeeded" };
}
