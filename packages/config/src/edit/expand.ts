import type { AST } from "toml-eslint-parser";
import { formatKey } from "../toml/key-path.ts";
import { namesOf } from "../toml/locate.ts";
import { appendLines } from "./insert.ts";
import { removePair } from "./remove.ts";
import type { Pair, Syntax } from "./syntax.ts";

/**
 * The text with an inline table as a section at the end, and the inline tables in it as sections of their own. Its
 * entries and comments keep their text.
 */
export function expandInline(syntax: Syntax, pair: Pair & { readonly inline: null }): string {
  const { node, path } = pair;
  if (node.value.type !== "TOMLInlineTable") return syntax.text;
  const behind = syntax.comments.find(
    ({ range, loc }) => range[0] >= node.range[1] && loc.start.line === node.loc.end.line,
  );
  const header = `[${path.map(String).map(formatKey).join(".")}]`;
  const lines = sectionLines(syntax, node.value, path.map(String));
  // The comment is about this table: it needs its header, although one for a table inside would do for TOML.
  const below = lines[0] === header ? lines.slice(1) : ["", ...lines];
  const section = behind === undefined ? lines : [`${header}   #${behind.value}`, ...below];
  return appendLines(removePair(syntax, pair), section, syntax.eol);
}

function sectionLines(syntax: Syntax, table: AST.TOMLInlineTable, path: readonly string[]): string[] {
  const own: string[] = [];
  const inner: string[][] = [];
  let from = table.range[0];
  for (const entry of table.body) {
    own.push(...commentLines(syntax, [from, entry.range[0]]));
    from = entry.range[1];
    if (entry.value.type === "TOMLInlineTable")
      inner.push(sectionLines(syntax, entry.value, [...path, ...namesOf(entry.key)]));
    else own.push(syntax.text.slice(...entry.range));
  }
  own.push(...commentLines(syntax, [from, table.range[1]]));
  const header = own.length > 0 || inner.length === 0 ? [`[${path.map(formatKey).join(".")}]`] : [];
  return inner.reduce(
    (above, section) => (above.length === 0 ? section : [...above, "", ...section]),
    [...header, ...own],
  );
}

function commentLines({ comments }: Syntax, [start, end]: readonly [number, number]): string[] {
  return comments.filter(({ range }) => range[0] >= start && range[1] <= end).map(({ value }) => `#${value}`);
}
