import { parseTOML, type AST } from "toml-eslint-parser";
import type { PlaceRange } from "./place.ts";
import type { KeyPath } from "./table.ts";

/**
 * Where a key or its value stands in a TOML document; of a table that stands in several places, the first. When the
 * path ends inside of what is there, the innermost part that is there counts; null when nothing is.
 */
export function locate(text: string, path: KeyPath, part: "key" | "value"): PlaceRange | null {
  let best: { readonly depth: number; readonly node: AST.TOMLNode } | null = null;
  const offer = (depth: number, node: AST.TOMLNode): void => {
    if (best === null || depth > best.depth) best = { depth, node };
  };
  const visitPair = (pair: AST.TOMLKeyValue, above: KeyPath): void => {
    const full = [...above, ...namesOf(pair.key)];
    offer(commonDepth(full, path), full.length >= path.length && part === "value" ? pair.value : pair.key);
    visitValue(pair.value, full);
  };
  const visitValue = (value: AST.TOMLContentNode, above: KeyPath): void => {
    if (!isPrefix(above, path)) return;
    if (value.type === "TOMLInlineTable") for (const pair of value.body) visitPair(pair, above);
    if (value.type !== "TOMLArray") return;
    for (const [index, element] of value.elements.entries()) {
      const full = [...above, index];
      if (!isPrefix(full, path)) continue;
      offer(full.length, element);
      visitValue(element, full);
    }
  };
  for (const node of parseTOML(text, { tomlVersion: "latest" }).body[0].body) {
    if (node.type === "TOMLKeyValue") visitPair(node, []);
    else {
      offer(commonDepth(node.resolvedKey, path), node.key);
      for (const pair of node.body) visitPair(pair, node.resolvedKey);
    }
  }
  return rangeOf(best);
}

function rangeOf(best: { readonly depth: number; readonly node: AST.TOMLNode } | null): PlaceRange | null {
  if (best === null || best.depth === 0) return null;
  const { start, end } = best.node.loc;
  return { start: { line: start.line, column: start.column + 1 }, end: { line: end.line, column: end.column } };
}

export function namesOf(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === "TOMLBare" ? part.name : part.value));
}

/** How many segments a node's path shares with the wanted one; a node beside the wanted one shares none. */
function commonDepth(path: KeyPath, wanted: KeyPath): number {
  const depth = Math.min(path.length, wanted.length);
  return isPrefix(path.slice(0, depth), wanted) ? depth : 0;
}

function isPrefix(path: KeyPath, wanted: KeyPath): boolean {
  return path.length <= wanted.length && path.every((key, index) => key === wanted[index]);
}
