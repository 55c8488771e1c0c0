import { McpError } from "../mcp-error.ts";
import type { Environment, HttpTransportConfig } from "../server-config.ts";

/** A token of RFC 9110, which a header's name is. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What may stand in a header's value: no control characters but the tab. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The headers of every request to a server, and what was left out of them, in words. */
export interface RequestHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly skipped: readonly string[];
}

/**
 * The configured headers, then those from the environment. A variable that is not set or blank counts as no header; a
 * name or value that HTTP cannot carry is left out and told. Values are secrets and appear in no message.
 */
export function configuredHeaders(
  { httpHeaders, envHttpHeaders }: Pick<HttpTransportConfig, "httpHeaders" | "envHttpHeaders">,
  env: Environment,
): RequestHeaders {
  const headers: Record<string, string> = {};
  const skipped: string[] = [];
  const add = (name: string, value: string): void => {
    if (!HEADER_NAME.test(name)) skipped.push(`the header name ${JSON.stringify(name)} is not valid`);
    else if (!HEADER_VALUE.test(value)) skipped.push(`the value of the header ${name} is not valid`);
    else headers[name] = value;
  };
  for (const [name, value] of Object.entries(httpHeaders ?? {})) add(name, value);
  for (const [name, variable] of Object.entries(envHttpHeaders ?? {})) {
    const value = env[variable];
    if (value !== undefined && value.trim() !== "") add(name, value);
  }
  return { headers, skipped };
}

/**
 * The token of the variable that the configuration names, null when it names none.
 * @throws McpError `badConfig` when the variable is not set, empty or not readable as text.
 */
export function configuredBearerToken(
  server: string,
  { bearerTokenEnvVar: variable }: Pick<HttpTransportConfig, "bearerTokenEnvVar">,
  env: Environment,
): string | null {
  if (variable === null) return null;
  const value = env[variable];
  const problem = value === undefined ? "is not set" : value === "" ? "is empty" : tokenProblem(value);
  if (value === undefined || problem !== null) {
    const reason = `Environment variable ${variable} for MCP server '${server}' ${problem}; set it to the server's token`;
    throw new McpError({ kind: "badConfig", server, reason });
  }
  return value;
}

/** Node puts a replacement character where a variable is not UTF-8. */
function tokenProblem(value: string): string | null {
  if (value.includes("\uFFFD")) return "contains invalid Unicode";
  return HEADER_VALUE.test(value) ? null : "contains characters that no HTTP header can carry";
}
