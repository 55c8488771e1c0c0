import type { Word, WordPart } from "unbash";

/** A literal word of a script under its two readings. */
export interface LiteralWord {
  /** As it stands in the script, without outer quotes; escapes are not processed. */
  readonly written: string;
  /** As the shell passes it on: escapes processed, globs and `~` left alone. */
  readonly meant: string;
  readonly quote: "none" | "single" | "double";
  /** True for a glob that could expand to an option, because of a file with a telling name (`*` and `-output=x`). */
  readonly mayBecomeOption: boolean;
}

/** Reads a word without any expansion but globs and `~`; null for every other one. */
export function readLiteralWord(word: Word): LiteralWord | null {
  if (SIMPLE.test(word.text)) return sameBothWays(word.text, "none");
  const parts = word.parts ?? [];
  const [only] = parts;
  if (parts.length === 1 && only?.type === "SingleQuoted") return sameBothWays(only.value, "single");
  if (parts.length === 1 && only?.type === "DoubleQuoted") {
    return only.parts.every((part) => part.type === "Literal") ? readDoubleQuoted(word.text) : null;
  }
  return parts.every(isBarePart) ? readBare(word.text) : null;
}

/** Most words: nothing in them means anything to a shell, so that the tree need not be asked for their parts. */
const SIMPLE = /^[\w./:@%+,-]+$/;

/** Bracket globs, extended globs and braces are left out: the reference's grammar has them as more than one word. */
function isBarePart(part: WordPart): boolean {
  return part.type === "Literal" || (part.type === "Glob" && part.kind !== "bracket");
}

/**
 * No white space of any script, no character with a meaning to the shell; a backslash takes the next one along. What
 * the reference's grammar stumbles over is left out too: `==` and `=~` by themselves, a word that starts with an
 * escaped blank.
 */
const BARE = /^(?!#|\\\s|=[=~]$)(?:[^\s'"`$(){}[\]<>|&;\\]|\\[^\n])+$/u;
const UNESCAPED_GLOB = /^((?:[^*?\\]|\\.)*)[*?]/su;

function readBare(text: string): LiteralWord | null {
  if (!BARE.test(text)) return null;
  const beforeGlob = UNESCAPED_GLOB.exec(text)?.[1];
  return {
    written: text,
    meant: text.replace(/\\(.)/gsu, "$1"),
    quote: "none",
    mayBecomeOption: beforeGlob !== undefined && (beforeGlob === "" || /^\\?-/.test(beforeGlob)),
  };
}

/** Something to see inside, no expansion, and no line that goes on after a backslash. */
const DOUBLE_QUOTED = /^"(?!\s*"$)((?:[^"`$\\]|\\[^\n])+)"$/u;

function readDoubleQuoted(text: string): LiteralWord | null {
  const content = DOUBLE_QUOTED.exec(text)?.[1];
  if (content === undefined) return null;
  return { ...sameBothWays(content, "double"), meant: content.replace(/\\([$`"\\])/g, "$1") };
}

function sameBothWays(text: string, quote: LiteralWord["quote"]): LiteralWord {
  return { written: text, meant: text, quote, mayBecomeOption: false };
}
