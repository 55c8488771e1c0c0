/** A server that is a program of ours: it is started, and talked to over its standard streams. */
export interface StdioTransportConfig {
  readonly type: "stdio";
  readonly command: string;
  readonly args: readonly string[];
  /** Set on top of what is inherited. */
  readonly env: Readonly<Record<string, string>> | null;
  /** Names of variables that are passed on beside the usual ones. */
  readonly envVars: readonly string[];
  /** A relative one starts at the folder that servers run in; null: that folder. */
  readonly cwd: string | null;
}

/** A server that is reached over streamable HTTP. */
export interface HttpTransportConfig {
  readonly type: "http";
  readonly url: string;
  readonly bearerTokenEnvVar: string | null;
  readonly httpHeaders: Readonly<Record<string, string>> | null;
  /** Headers whose values are in these environment variables. */
  readonly envHttpHeaders: Readonly<Record<string, string>> | null;
  /** A client that the authorization server knows; null: one is registered with each login. */
  readonly oauth: OAuthClientConfig | null;
}

export interface OAuthClientConfig {
  readonly clientId: string;
  /** The environment variable with its secret; null: it has none. */
  readonly clientSecretEnvVar: string | null;
  /** Where the browser comes back to; null: a free port. */
  readonly callbackPort: number | null;
}

/** One entry of `mcp_servers`. Source: configuration spec, section 3. */
export interface McpServerConfig {
  readonly transport: StdioTransportConfig | HttpTransportConfig;
  readonly enabled: boolean;
  readonly startupTimeoutMs: number;
  readonly toolTimeoutMs: number;
  /** Raw names; null: all. */
  readonly enabledTools: readonly string[] | null;
  readonly disabledTools: readonly string[];
}

export type McpServerConfigs = Readonly<Record<string, McpServerConfig>>;

/** The environment of this process, as it was handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;
