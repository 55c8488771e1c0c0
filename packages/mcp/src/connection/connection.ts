import type { Elicitation, ElicitationAnswer } from "../elicitation/elicitation.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { Environment, McpServerConfig } from "../server-config.ts";
import type { WebFetch } from "../web-fetch.ts";

/** A tool as its server describes it. */
export interface McpTool {
  /** Its own name, as the server knows it. */
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  /** The server marks it as one that changes nothing. */
  readonly readOnly: boolean;
  /** The server marks it as one that may destroy something. */
  readonly destructive: boolean;
  /** All that the server says about it. */
  readonly raw: JsonObject;
}

/** What a call gave. */
export interface McpCallResult {
  /** Content blocks as the server sent them. */
  readonly content: readonly JsonObject[];
  /** Null when there is none. */
  readonly structuredContent: JsonValue;
  readonly isError: boolean;
}

/** One page of resources or templates, as the server sent them. */
export interface ResourcePage {
  readonly entries: readonly JsonObject[];
  readonly nextCursor: string | null;
}

export type ResourceKind = "resources" | "resourceTemplates";

/** What a request may cost. */
export interface RequestLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ToolCallRequest extends RequestLimits {
  readonly name: string;
  /** Null: none are sent. */
  readonly arguments: JsonObject | null;
  /** Called for each word of progress; progress also begins the time limit anew. */
  readonly onProgress: (message: string) => void;
}

/** A connection to one server, after the handshake. Every request rejects with an `McpError` or the signal's reason. */
export interface McpConnection {
  /** The server keeps lists of resources. */
  readonly hasResources: boolean;
  /** The server wants to know which sandbox the thread runs under. Source: MCP spec, section A6. */
  readonly wantsSandboxState: boolean;
  /** All pages. What cannot be read is left out and told to the log. */
  listTools(limits: RequestLimits): Promise<readonly McpTool[]>;
  callTool(request: ToolCallRequest): Promise<McpCallResult>;
  listResources(kind: ResourceKind, cursor: string | null, limits: RequestLimits): Promise<ResourcePage>;
  /** The contents, as the server sent them. */
  readResource(uri: string, limits: RequestLimits): Promise<readonly JsonObject[]>;
  notify(method: string, params: JsonObject): Promise<void>;
  /** Ends the connection and its process. Idempotent. */
  close(): Promise<void>;
}

/** A token for each request, and what happens when a server does not take it. */
export interface TokenProvider {
  /** The token to send, renewed where that is due; null when there is none. */
  token(): Promise<string | null>;
  /** The server refused the last token: renews it. @throws McpError `loginNeeded` when it cannot be. */
  renew(): Promise<void>;
}

/** What a connection needs of its owner. */
export interface ConnectOptions {
  readonly server: string;
  readonly config: McpServerConfig;
  readonly clientVersion: string;
  readonly env: Environment;
  readonly fetch: WebFetch;
  /** Where servers run that are not told where, absolute. */
  readonly cwd: string;
  /** Logins for servers over HTTP that have no token of their own; null when the feature is off. */
  readonly tokens: TokenProvider | null;
  /** Fires when the start is given up. */
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  readonly onToolsChanged: () => void;
  /** The connection has ended by itself; `reason` is for people. Not called after `close`. */
  readonly onClosed: (reason: string) => void;
  /** Puts a question of the server to a person. */
  readonly elicit: (question: Elicitation, signal: AbortSignal) => Promise<ElicitationAnswer>;
}
