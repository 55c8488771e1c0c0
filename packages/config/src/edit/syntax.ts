import { parseTOML, type AST } from "toml-eslint-parser";
import { namesOf } from "../toml/locate.ts";
import type { KeyPath } from "../toml/table.ts";

/** A document and where everything in it stands. */
export interface Syntax {
  readonly text: string;
  /** What its lines end with. */
  readonly eol: "\n" | "\r\n";
  /** The keys above the first header, then each header with its keys. */
  readonly sections: readonly Section[];
  readonly comments: readonly AST.Comment[];
}

/** A header and the keys below it. */
export interface Section {
  /** Of an element of an array of tables, it has the index. */
  readonly path: KeyPath;
  readonly header: AST.TOMLTable | null;
  readonly pairs: readonly Pair[];
}

/** One `key = value`, on lines of its own or in an inline table. */
export interface Pair {
  /** From the root. */
  readonly path: KeyPath;
  readonly node: AST.TOMLKeyValue;
  readonly section: Pick<Section, "path" | "header">;
  /** The inline table that it stands in, and the path of that; null on lines of its own. */
  readonly inline: { readonly node: AST.TOMLInlineTable; readonly path: KeyPath } | null;
}

/** Reads a document that is known to be TOML. */
export function readSyntax(text: string): Syntax {
  const program = parseTOML(text, { tomlVersion: "latest" });
  const rootPairs: Pair[] = [];
  const sections: Section[] = [];
  const root = { path: [], header: null };
  for (const node of program.body[0].body) {
    if (node.type === "TOMLKeyValue") rootPairs.push(pairOf(node, root));
    else {
      const section = { path: node.resolvedKey, header: node };
      sections.push({ ...section, pairs: node.body.map((pair) => pairOf(pair, section)) });
    }
  }
  const eol = /\r?\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n";
  return { text, eol, sections: [{ ...root, pairs: rootPairs }, ...sections], comments: program.comments };
}

function pairOf(node: AST.TOMLKeyValue, section: Pair["section"]): Pair {
  return { path: [...section.path, ...namesOf(node.key)], node, section, inline: null };
}

/** Every pair of a document, each before those inside of its value. Elements of arrays are not entered. */
export function* allPairs({ sections }: Syntax): Generator<Pair, void, undefined> {
  for (const { pairs } of sections) for (const pair of pairs) yield* withInner(pair);
}

function* withInner(pair: Pair): Generator<Pair, void, undefined> {
  yield pair;
  const { path, section } = pair;
  const { value } = pair.node;
  if (value.type !== "TOMLInlineTable") return;
  for (const node of value.body) {
    yield* withInner({ path: [...path, ...namesOf(node.key)], node, section, inline: { node: value, path } });
  }
}

/** The pair that sets exactly this path, null when none does. */
export function findPair(syntax: Syntax, path: KeyPath): Pair | null {
  for (const pair of allPairs(syntax)) if (samePath(pair.path, path)) return pair;
  return null;
}

export function samePath(a: KeyPath, b: KeyPath): boolean {
  return a.length === b.length && startsWith(a, b);
}

/** Whether a path is the other one or lies below it. */
export function startsWith(path: KeyPath, above: KeyPath): boolean {
  return above.length <= path.length && above.every((key, index) => key === path[index]);
}

/** The offset at which the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The offset behind the line break of the line of an offset, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

/** The text with a range of it replaced. */
export function splice(text: string, [start, end]: readonly [number, number], replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
