import type { JsonValue } from "@heddle/protocol";
import type { AST } from "toml-eslint-parser";
import { formatKey } from "../toml/key-path.ts";
import { formatSection, formatValue } from "../toml/write-value.ts";
import type { Table } from "../toml/table.ts";
import { readSequence, withItem, writeSequence } from "./sequence.ts";
import {
  allPairs,
  lineEnd,
  lineStart,
  samePath,
  splice,
  startsWith,
  type Pair,
  type Section,
  type Syntax,
} from "./syntax.ts";

/** Where a key of a table that is already there can be written. */
export type Room =
  | { readonly type: "inline"; readonly node: AST.TOMLInlineTable; readonly path: readonly (string | number)[] }
  | { readonly type: "lines"; readonly section: Section; readonly after: Pair | null };

/**
 * Where a key of this table goes: into the inline table that it is, to the end of its own section, or behind the
 * dotted keys that make it up. Null when no such place is there: a section of its own has to be appended.
 */
export function findRoom(syntax: Syntax, table: readonly string[]): Room | null {
  let inline: Room | null = null;
  let dotted: Room | null = null;
  for (const pair of allPairs(syntax)) {
    const { path, node, inline: within } = pair;
    if (node.value.type === "TOMLInlineTable" && startsWith(table, path)) {
      inline = { type: "inline", node: node.value, path };
    } else if (within === null && path.length > table.length && startsWith(path, table)) {
      const section = syntax.sections.find(({ header }) => header === pair.section.header);
      const isAbove = pair.section.path.length < table.length;
      if (section !== undefined && isAbove) dotted = { type: "lines", section, after: pair };
    }
  }
  if (inline !== null) return inline;
  const own = syntax.sections.find(({ path, header }) => samePath(path, table) && header?.kind !== "array");
  return own === undefined ? dotted : { type: "lines", section: own, after: own.pairs.at(-1) ?? null };
}

/** The text with `path = value` in a room. */
export function insertPair(syntax: Syntax, room: Room, path: readonly string[], value: JsonValue): string {
  const base = room.type === "inline" ? room.path : room.section.path;
  const pair = `${path.slice(base.length).map(formatKey).join(".")} = ${formatValue(value)}`;
  if (room.type === "lines") return insertLine(syntax, room, pair);
  const sequence = readSequence(syntax, room.node);
  return splice(syntax.text, room.node.range, writeSequence(withItem(sequence, sequence.items.length, pair)));
}

function insertLine({ text, eol }: Syntax, { section, after }: Room & { type: "lines" }, pair: string): string {
  if (after === null && section.header === null) return insertFirstLine(text, eol, pair);
  const above = after === null ? section.header?.key : after.node;
  if (above === undefined) return text;
  const end = lineEnd(text, above.range[1]);
  const indent = after === null ? "" : (/^[ \t]*/.exec(text.slice(lineStart(text, above.range[0])))?.[0] ?? "");
  const lineBreak = text[end - 1] === "\n" ? "" : eol;
  return splice(text, [end, end], `${lineBreak}${indent}${pair}${eol}`);
}

/** A first key above the first header: below the comment that heads the file, if an empty line sets that off. */
function insertFirstLine(text: string, eol: string, pair: string): string {
  const at = /^(?:[ \t]*#[^\n]*\n)+[ \t]*\r?\n/.exec(text)?.[0].length ?? 0;
  const rest = text.slice(at);
  const gap = rest.trim() === "" || /^\s*\n/.test(rest) ? "" : eol;
  return `${text.slice(0, at)}${pair}${eol}${gap}${rest}`;
}

/** The text with a table at its end, under headers of its own. */
export function appendSection(text: string, options: { path: readonly string[]; table: Table; eol: string }): string {
  return appendLines(text, formatSection(options.path, options.table), options.eol);
}

/** The text with lines at its end, an empty one before them. */
export function appendLines(text: string, lines: readonly string[], eol: string): string {
  const ended = text === "" || text.endsWith("\n") ? text : text + eol;
  const gap = ended.trim() === "" || /\n\r?\n$/.test(ended) ? "" : eol;
  return `${ended}${gap}${lines.map((line) => line + eol).join("")}`;
}
