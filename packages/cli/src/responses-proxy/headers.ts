type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Headers that are about one connection and not about what goes through it. Source: RFC 9110, section 7.6.1. */
const OF_CONNECTION = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** What goes on to the upstream: without the client's credential, and what is about the connection to us. */
export function forwardedHeaders(headers: Headers): Record<string, string> {
  return without(headers, ["authorization", "content-length", "expect", "host"]);
}

/** What goes back to the client; cookies belong to the account of the key. */
export function repliedHeaders(headers: Headers): Record<string, string> {
  return without(headers, ["set-cookie"]);
}

function without(headers: Headers, names: readonly string[]): Record<string, string> {
  const named = String(headers["connection"] ?? "").toLowerCase();
  const left = new Set([...OF_CONNECTION, ...names, ...named.split(/[\s,]+/)]);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !left.has(name)) kept[name] = typeof value === "string" ? value : value.join(", ");
  }
  return kept;
}
