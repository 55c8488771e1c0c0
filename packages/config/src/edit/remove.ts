import { readSequence, withoutItem, writeSequence } from "./sequence.ts";
import { allPairs, lineEnd, lineStart, splice, startsWith, type Pair, type Section, type Syntax } from "./syntax.ts";

/**
 * The text without the first thing that makes up the value at a path: its pair, one of its dotted keys, or one of its
 * sections. Null when there is none left.
 */
export function removeOnce(syntax: Syntax, path: readonly string[]): string | null {
  const section = syntax.sections.find((candidate) => candidate.header !== null && startsWith(candidate.path, path));
  if (section !== undefined) return removeSection(syntax, section);
  for (const pair of allPairs(syntax)) if (startsWith(pair.path, path)) return removePair(syntax, pair);
  return null;
}

/** Comments above a pair stay; one behind it goes with it. */
export function removePair(syntax: Syntax, { node, inline }: Pair): string {
  const { text } = syntax;
  if (inline === null) return removeLines(text, lineStart(text, node.range[0]), lineEnd(text, node.range[1]));
  const sequence = withoutItem(readSequence(syntax, inline.node), inline.node.body.indexOf(node));
  return splice(text, inline.node.range, writeSequence(sequence));
}

/** From the header to the last of its keys: what follows may belong to the next section. */
function removeSection({ text }: Syntax, { header, pairs }: Section): string {
  if (header === null) return text;
  const last = pairs.at(-1)?.node ?? header.key;
  return removeLines(text, lineStart(text, header.range[0]), lineEnd(text, last.range[1]));
}

/** Takes lines out, and with them one of the two gaps that would meet. */
function removeLines(text: string, start: number, end: number): string {
  const above = text.slice(0, start);
  const below = text.slice(end);
  const gapAbove = above === "" || /\n[ \t]*\r?\n$/.test(above);
  if (below.trim() === "") return gapAbove ? above.replace(/(\r?\n)\s*$/, "$1") : above + below;
  return gapAbove ? above + below.replace(/^([ \t]*\r?\n)+/, "") : above + below;
}
