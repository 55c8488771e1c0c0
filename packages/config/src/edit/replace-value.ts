import type { JsonValue } from "@heddle/protocol";
import type { AST } from "toml-eslint-parser";
import { isArray } from "../toml/table.ts";
import { formatValue } from "../toml/write-value.ts";
import { sameData } from "./same-data.ts";
import { readSequence, withItem, withoutItem, writeSequence } from "./sequence.ts";
import { splice, type Pair, type Syntax } from "./syntax.ts";

/** The text with another value for a pair; quotes stay as they are, and so does the layout of an array. */
export function replaceValue(syntax: Syntax, { node }: Pair, old: JsonValue | undefined, value: JsonValue): string {
  const formatted = formatLike(syntax, node.value, old, value);
  return splice(syntax.text, node.value.range, formatted);
}

function formatLike(syntax: Syntax, node: AST.TOMLContentNode, old: JsonValue | undefined, value: JsonValue): string {
  if (node.type === "TOMLArray" && isArray(old) && isArray(value)) {
    return rewriteArray(syntax, node, { old, value });
  }
  return formatValue(value, node.type === "TOMLValue" && node.kind === "string" ? node : null);
}

/** Keeps the elements that are the same at both ends, with their comments, and changes what is between them. */
function rewriteArray(
  syntax: Syntax,
  node: AST.TOMLArray,
  { old, value }: { readonly old: readonly JsonValue[]; readonly value: readonly JsonValue[] },
): string {
  let sequence = readSequence(syntax, node);
  const shorter = Math.min(old.length, value.length);
  let head = 0;
  while (head < shorter && sameData(old[head], value[head])) head += 1;
  let foot = 0;
  while (foot < shorter - head && sameData(old.at(-1 - foot), value.at(-1 - foot))) foot += 1;

  for (let index = old.length - foot - 1; index >= value.length - foot && index >= head; index -= 1) {
    sequence = withoutItem(sequence, index);
  }
  for (let index = head; index < value.length - foot; index += 1) {
    const element = value[index] ?? null;
    const item = index < old.length - foot ? sequence.items[index] : undefined;
    const child = node.elements[index];
    if (item === undefined || child === undefined) {
      sequence = withItem(sequence, index, formatValue(element));
    } else {
      const text = formatLike(syntax, child, old[index], element);
      sequence = { ...sequence, items: sequence.items.with(index, { ...item, text }) };
    }
  }
  return writeSequence(sequence);
}
