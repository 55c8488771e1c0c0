import type { KeyPath } from "./table.ts";

/** The segments of a dotted key, or why it cannot be read. */
export type ParsedKeyPath =
  | { readonly ok: true; readonly path: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a dotted key. A segment is bare text, or a TOML string in `"` (with escapes) or `'` quotes, so that
 * `projects."/srv/x.y".trust_level` has three. Source: configuration spec, section 5.
 */
export function parseKeyPath(text: string): ParsedKeyPath {
  if (text.trim() === "") return { ok: false, reason: "keyPath must not be empty" };
  const path: string[] = [];
  let at = 0;
  for (;;) {
    const segment = readSegment(text, at);
    if (typeof segment === "string") return { ok: false, reason: `${segment} in key \`${text}\`` };
    path.push(segment.key);
    at = segment.end;
    if (at === text.length) return { ok: true, path };
    at += 1; // the dot
  }
}

interface Segment {
  readonly key: string;
  readonly end: number;
}

const QUOTED = /\s*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')\s*(?=\.|$)/y;
const BARE = /[^."'\n]*(?=\.|$)/y;

function readSegment(text: string, from: number): Segment | string {
  QUOTED.lastIndex = from;
  const quoted = QUOTED.exec(text);
  if (quoted !== null) {
    const end = QUOTED.lastIndex;
    const [, basic, literal = ""] = quoted;
    if (basic === undefined) return { key: literal, end };
    const key = unescapeBasic(basic);
    return key === null ? "bad escape" : { key, end };
  }
  BARE.lastIndex = from;
  const bare = BARE.exec(text);
  if (bare === null) return "misplaced or unterminated quote";
  const key = bare[0].trim();
  return key === "" ? "empty segment" : { key, end: BARE.lastIndex };
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u001b",
  '"': '"',
  "\\": "\\",
};

/** The text that the inside of a basic string stands for, null when an escape is not TOML's. */
function unescapeBasic(inside: string): string | null {
  let valid = true;
  const text = inside.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs, (_, escape: string) => {
    if (escape.length > 1) {
      const code = Number.parseInt(escape.slice(1), 16);
      if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
    }
    const plain = ESCAPES[escape];
    if (plain === undefined) valid = false;
    return plain ?? "";
  });
  return valid ? text : null;
}

/** One key as TOML writes it: bare where it can be, else quoted. */
export function formatKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoteBasic(key);
}

/** A path as people read it: `projects."/srv/x.y".trust_level`, `notify[0]`. */
export function formatKeyPath(path: KeyPath): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else text += text === "" ? formatKey(key) : `.${formatKey(key)}`;
  }
  return text;
}

/** A TOML basic string on one line. */
export function quoteBasic(text: string): string {
  const escaped = text.replace(/["\\\x00-\x1f\x7f]/g, (char) => {
    const short = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" }[char];
    return short ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}
