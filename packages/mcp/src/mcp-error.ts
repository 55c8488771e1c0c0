import { assertNever } from "./assert-never.ts";

/** Every way in which a server, or a call to it, can fail. */
export type McpFailure =
  /** The entry of the configuration cannot be used. */
  | { readonly kind: "badConfig"; readonly server: string; readonly reason: string }
  | { readonly kind: "startFailed"; readonly server: string; readonly reason: string }
  | { readonly kind: "startTimedOut"; readonly server: string; readonly afterMs: number }
  /** The server wants a login that is not there, or not good any more. */
  | { readonly kind: "loginNeeded"; readonly server: string }
  | { readonly kind: "loginFailed"; readonly server: string; readonly reason: string }
  /** The file of logins cannot be read or written. */
  | { readonly kind: "badStore"; readonly file: string; readonly reason: string }
  /** The system's keyring has not done what it was asked to. */
  | { readonly kind: "badKeyring"; readonly reason: string }
  | { readonly kind: "unknownServer"; readonly server: string }
  /** Not started, stopped, or waiting for its next start. */
  | { readonly kind: "notRunning"; readonly server: string; readonly reason: string }
  | { readonly kind: "toolDisabled"; readonly server: string; readonly tool: string }
  /** A request was answered with an error, or not at all. */
  | { readonly kind: "requestFailed"; readonly server: string; readonly method: string; readonly reason: string }
  | { readonly kind: "requestTimedOut"; readonly server: string; readonly method: string; readonly afterMs: number }
  /** An answer is not what the protocol says. */
  | { readonly kind: "badAnswer"; readonly server: string; readonly method: string; readonly reason: string };

/** The one error that leaves this package; `cause` keeps that of the SDK. */
export class McpError extends Error {
  override readonly name = "McpError";
  readonly failure: McpFailure;
  constructor(failure: McpFailure, options?: ErrorOptions) {
    super(describeFailure(failure), options);
    this.failure = failure;
  }
}

/** Wordings that clients and recorded histories know. Source: MCP spec, sections A2 to A4; engine spec, sections 6.4, 8.3. */
function describeFailure(failure: McpFailure): string {
  switch (failure.kind) {
    case "badConfig":
      return failure.reason;
    case "startFailed":
      return `MCP client for \`${failure.server}\` failed to start: ${failure.reason}`;
    case "startTimedOut": {
      const { server, afterMs } = failure;
      return (
        `MCP client for \`${server}\` timed out after ${seconds(afterMs)} seconds. ` +
        `Add or adjust \`startup_timeout_sec\` in your config.toml:\n[mcp_servers.${server}]\nstartup_timeout_sec = XX`
      );
    }
    case "loginNeeded":
      return `The ${failure.server} MCP server is not logged in. Run \`heddle mcp login ${failure.server}\`.`;
    case "loginFailed":
      return failure.reason;
    case "badStore":
      return `${failure.file}: ${failure.reason}; mend the file, or remove it and log in again`;
    case "badKeyring":
      return `the keyring: ${failure.reason}; unlock it, or set mcp_oauth_credentials_store to "auto" or "file"`;
    case "unknownServer":
      return `unknown MCP server '${failure.server}'`;
    case "notRunning":
      return `MCP server '${failure.server}' is not running: ${failure.reason}`;
    case "toolDisabled":
      return `tool '${failure.tool}' is disabled for MCP server '${failure.server}'`;
    case "requestFailed":
      return `${failure.method} failed: ${failure.reason}`;
    case "requestTimedOut":
      return `timed out awaiting ${failure.method} after ${seconds(failure.afterMs)}s`;
    case "badAnswer":
      return `${failure.method} failed: the server's answer is not valid: ${failure.reason}`;
    default:
      return assertNever(failure);
  }
}

function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(1));
}

/** The message of whatever was thrown, its causes behind it, on one line. */
export function reasonOf(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at instanceof Error && parts.length < 5; at = at.cause) {
    const text = at.message;
    if (text !== "" && !parts.some((part) => part.includes(text))) parts.push(text);
  }
  if (parts.length === 0) return typeof error === "string" ? error : "it failed without saying why";
  return parts.join(": ").replaceAll(/\s*\n\s*/g, " ");
}
