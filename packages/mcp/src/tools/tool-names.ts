import { createHash } from "node:crypto";

/** A tool by the two names that reach it. */
export interface ToolAddress {
  readonly server: string;
  /** The raw name, as the server knows it. */
  readonly tool: string;
}

/** The names under which models call the tools of all servers. */
export interface NamedTools<T extends ToolAddress> {
  /** Sorted by name, so that requests of a thread begin alike. */
  readonly tools: readonly { readonly name: string; readonly tool: T }[];
  /** Tools for which no free name was found. */
  readonly dropped: readonly T[];
}

const MAX_NAME = 64;
const HASHED_PREFIX = 24;

/**
 * Gives each tool a name that every model provider takes: `mcp__<server>__<tool>`, other characters as `_`. A name that
 * is too long, or taken by a tool that needs no replacement, becomes 24 characters and the SHA-1 of the whole one.
 * Calls are found by the map of names, never by taking a name apart. Source: MCP spec, section A3; engine spec, 6.4.
 */
export function nameTools<T extends ToolAddress>(tools: readonly T[]): NamedTools<T> {
  const named = new Map<string, T>();
  const dropped: T[] = [];
  const exactFirst = [...tools].sort((a, b) => Number(!isPlain(a.tool)) - Number(!isPlain(b.tool)));
  for (const tool of exactFirst) {
    const name = [plainName(tool), hashedName(tool)].find((candidate) => candidate !== null && !named.has(candidate));
    if (name === undefined || name === null) dropped.push(tool);
    else named.set(name, tool);
  }
  const sorted = Array.from(named, ([name, tool]) => ({ name, tool })).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { tools: sorted, dropped };
}

function isPlain(text: string): boolean {
  return /^[a-zA-Z0-9_-]*$/.test(text);
}

function plainName({ server, tool }: ToolAddress): string | null {
  const name = `mcp__${server}__${tool.replaceAll(/[^a-zA-Z0-9_-]/gu, "_")}`;
  return name.length <= MAX_NAME ? name : null;
}

function hashedName(address: ToolAddress): string {
  const whole = `mcp__${address.server}__${address.tool}`;
  const hash = createHash("sha1").update(whole).digest("hex");
  return whole.replaceAll(/[^a-zA-Z0-9_-]/gu, "_").slice(0, HASHED_PREFIX) + hash;
}
