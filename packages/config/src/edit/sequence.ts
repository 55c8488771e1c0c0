import type { AST } from "toml-eslint-parser";
import type { Syntax } from "./syntax.ts";

/** One element of an array or one entry of an inline table, with all that stands around it. */
export interface Item {
  /** What is before it: white space, and comments on lines of their own. */
  readonly leading: string;
  readonly text: string;
  /** What is between it and its comma. */
  readonly between: string;
  /** What follows the comma on the same line: a comment. */
  readonly trailing: string;
}

/** An array or inline table, cut into its items: written again unchanged, it is the same text. */
export interface Sequence {
  readonly open: string;
  readonly items: readonly Item[];
  readonly trailingComma: boolean;
  readonly tail: string;
  readonly close: string;
  readonly eol: string;
}

/** Cuts an array or inline table of a document into items. */
export function readSequence({ text, eol, comments }: Syntax, node: AST.TOMLArray | AST.TOMLInlineTable): Sequence {
  const children: readonly AST.TOMLNode[] = node.type === "TOMLArray" ? node.elements : node.body;
  const [open, close] = [node.range[0] + 1, node.range[1] - 1];
  const items: Item[] = [];
  let trailingComma = false;
  let at = open;
  for (const [index, child] of children.entries()) {
    const [start, end] = child.range;
    const next = children[index + 1]?.range[0] ?? close;
    const comma = findComma(text, [end, next], comments);
    const afterComma = comma === null ? end : comma + 1;
    const lineBreak = /\r?\n/.exec(text.slice(afterComma, next));
    const trailing = lineBreak === null ? "" : text.slice(afterComma, afterComma + lineBreak.index);
    items.push({
      leading: text.slice(at, start),
      text: text.slice(start, end),
      between: comma === null ? "" : text.slice(end, comma),
      trailing,
    });
    trailingComma = comma !== null;
    at = afterComma + trailing.length;
  }
  return {
    open: text.slice(open - 1, open),
    items,
    trailingComma,
    tail: text.slice(at, close),
    close: text.slice(close, close + 1),
    eol,
  };
}

function findComma(
  text: string,
  [from, to]: readonly [number, number],
  comments: readonly AST.Comment[],
): number | null {
  for (let at = from; at < to; at += 1) {
    const comment = comments.find(({ range }) => range[0] === at);
    if (comment !== undefined) at = comment.range[1] - 1;
    else if (text[at] === ",") return at;
  }
  return null;
}

/** The text of a sequence. A comment always ends with its line, wherever its item has moved to. */
export function writeSequence({ open, items, trailingComma, tail, close, eol }: Sequence): string {
  let text = open;
  let inComment = false;
  const separate = (next: string): string => (inComment && !/^\r?\n/.test(next) ? eol : "");
  for (const [index, { leading, text: item, between, trailing }] of items.entries()) {
    const comma = index < items.length - 1 || trailingComma ? "," : "";
    text += separate(leading) + leading + item + between + comma + trailing;
    inComment = trailing.includes("#");
  }
  return text + separate(tail) + tail + close;
}

/** The sequence with an item more, at `index`, laid out like its neighbours. */
export function withItem(sequence: Sequence, index: number, text: string): Sequence {
  const { items, open } = sequence;
  const item = { leading: leadingFor(sequence, index), text, between: "", trailing: "" };
  const padded = items.length === 0 && open === "{" && sequence.tail === "" ? { tail: " " } : {};
  const next = items.map((other, at) =>
    at === 0 && index === 0 && other.leading === "" ? { ...other, leading: " " } : other,
  );
  return { ...sequence, ...padded, items: next.toSpliced(index, 0, item) };
}

/** The sequence without an item. Comments on lines of their own before it stay. */
export function withoutItem(sequence: Sequence, index: number): Sequence {
  const { items, tail } = sequence;
  const removed = items[index];
  if (removed === undefined) return sequence;
  const kept = removed.leading.includes("#") ? removed.leading.replace(/\r?\n[^\n]*$/, "") : "";
  const next = items[index + 1];
  const rest = items.toSpliced(index, 1);
  if (next === undefined) {
    const bare =
      rest.length === 0 && kept === "" && !tail.includes("#")
        ? { tail: "" }
        : { tail: joined(kept, tail, sequence.eol) };
    return { ...sequence, ...bare, items: rest, trailingComma: sequence.trailingComma && rest.length > 0 };
  }
  const leading =
    index === 0 && kept === "" && !next.leading.includes("#")
      ? removed.leading
      : joined(kept, next.leading, sequence.eol);
  return { ...sequence, items: rest.with(index, { ...next, leading }) };
}

function joined(comments: string, following: string, eol: string): string {
  return comments === "" || /^\r?\n/.test(following) ? comments + following : comments + eol + following;
}

/** White space for an item at `index`: a line of its own where the items have one each, else one space apart. */
function leadingFor({ items, open }: Sequence, index: number): string {
  const [first, second] = items;
  if (first === undefined) return open === "{" ? " " : "";
  const own = index === 0 ? first.leading : (second ?? first).leading;
  const lineBreak = /\r?\n[^\n]*$/.exec(own)?.[0];
  if (lineBreak !== undefined) return lineBreak;
  return index === 0 ? own : " ";
}
