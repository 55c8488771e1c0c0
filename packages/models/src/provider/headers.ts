import type { Environment } from "./built-in-providers.ts";
import type { SelectedCredential } from "./credentials.ts";
import type { AuthScheme, ProviderConfig } from "./provider-config.ts";

/** Who we say we are. */
export interface ClientIdentity {
  /** As at OpenAI, `codex_cli_rs`; other providers are told our own name. */
  readonly originator: string;
  /** Begins with the originator. */
  readonly userAgent: string;
  readonly version: string;
}

export type RequestHeaders = Record<string, string>;

/**
 * The headers that every request to a provider carries, names in lower case. Source: models spec, section 6.
 * Later ones win: identity, the wire's own, what is configured, then the credential, so that nothing configured by
 * accident replaces a key.
 */
export function providerHeaders(options: {
  readonly provider: ProviderConfig;
  readonly env: Environment;
  readonly identity: ClientIdentity;
  readonly credential: SelectedCredential;
  readonly auth: AuthScheme;
}): RequestHeaders {
  const { provider, env, identity, credential, auth } = options;
  const headers: RequestHeaders = {
    ...identityHeaders(provider, identity),
    accept: "text/event-stream",
    "content-type": "application/json",
  };
  for (const [name, value] of Object.entries(provider.httpHeaders ?? {})) addHeader(headers, name, value);
  for (const [name, variable] of Object.entries(provider.envHttpHeaders ?? {})) {
    const value = env[variable];
    if (value?.trim()) addHeader(headers, name, value);
  }
  addCredential(headers, credential, auth);
  return headers;
}

function identityHeaders(provider: ProviderConfig, { originator, userAgent, version }: ClientIdentity): RequestHeaders {
  if (provider.id === "openai") return { originator, "user-agent": userAgent, version };
  const own = ownOriginator(originator);
  const agent = userAgent.startsWith(`${originator}/`) ? own + userAgent.slice(originator.length) : userAgent;
  return { originator: own, "user-agent": agent };
}

/** OpenAI's endpoint knows its clients by certain names; everybody else gets ours. A name that was set on purpose stays. */
function ownOriginator(originator: string): string {
  switch (originator) {
    case "codex_cli_rs":
      return "heddle";
    case "codex_exec":
      return "heddle_exec";
    default:
      return originator;
  }
}

function addCredential(headers: RequestHeaders, credential: SelectedCredential, auth: AuthScheme): void {
  if (credential.source === "none" || auth === "none") return;
  const token = credential.source === "login" ? credential.credential.token : credential.token;
  if (auth === "bearer") headers["authorization"] = `Bearer ${token}`;
  else headers[auth] = token;
  if (credential.source === "login" && credential.credential.accountId !== null) {
    headers["chatgpt-account-id"] = credential.credential.accountId;
  }
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Adds a configured header; one that HTTP does not allow is left out, as in the reference. */
function addHeader(headers: RequestHeaders, name: string, value: string): void {
  const text = value.trim();
  if (HEADER_NAME.test(name) && HEADER_VALUE.test(text)) headers[name.toLowerCase()] = text;
}
