import type { AndOr, CommandNode, PipelineNode } from "unbash";
import { BETWEEN_WORDS, BLANK, gapOfOperator, isGap, NOTHING, SCRIPT_END, STATEMENT_END } from "./gaps.ts";
import { hasUnexpectedCharacter, parseStrictly } from "./parse.ts";
import { readLiteralWord, type LiteralWord } from "./words.ts";

/**
 * A script is *plain* when it is nothing but simple commands of literal words, joined by `&&`, `||`, `;`, `|` or line
 * feeds. The walk over the syntax tree is an allow-list: a node, a word or a gap between two words that is not named
 * here makes the whole script not plain. Gaps are checked against the source, because the tree is silent about what the
 * parser skips, such as comments.
 * Source: exec policy spec, section 4.1.
 */

/** One command of a plain script. */
export interface PlainCommand {
  /** The words as they stand in the script, without outer quotes; escapes are not processed. */
  readonly written: readonly string[];
  /** The words as the shell passes them to the program, but for globs and `~`. */
  readonly meant: readonly string[];
  /** True when a word could expand to an option that is not in the script. */
  readonly mayGainOptions: boolean;
}

/** The commands of a plain script in order, none for a blank one; null when the script is not plain. */
export function readPlainScript(source: string): readonly PlainCommand[] | null {
  const script = hasUnexpectedCharacter(source) ? null : parseStrictly(source);
  if (script === null) return null;
  const reader = new PlainReader(source);
  for (const [index, statement] of script.commands.entries()) {
    if (statement.background === true) return null;
    if (!reader.readList(statement.command, index === 0 ? BLANK : STATEMENT_END)) return null;
  }
  return reader.skip(source.length, script.commands.length === 0 ? NOTHING : SCRIPT_END) ? reader.commands : null;
}

/** Names with a grammar of their own: what follows them are not the words of a simple command. */
const NOT_SIMPLE = new Set(["[", "declare", "typeset", "export", "readonly", "local", "unset", "unsetenv"]);
/** Names that every reader of shell agrees on: no character with a meaning elsewhere in the grammar, no number. */
const COMMAND_NAME = /^(?!-|(?:0x)?\d+$)(?:[\p{L}\p{N}_./~+-]|\\\S)+$/u;

/** Walks a syntax tree from left to right and accounts for every character of the source. */
class PlainReader {
  readonly commands: PlainCommand[] = [];
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Moves on to `position` if the text before it is a gap of this form. */
  skip(position: number, gap: RegExp): boolean {
    const accepted = isGap(this.#source, this.#at, position, gap);
    this.#at = position;
    return accepted;
  }

  readList(node: PipelineNode | AndOr, before: RegExp): boolean {
    if (node.type !== "AndOr") return this.#readPipeline(node, before);
    return node.commands.every((part, index) =>
      this.#readPipeline(part, gapOfOperator(node.operators[index - 1]) ?? before),
    );
  }

  #readPipeline(node: PipelineNode, before: RegExp): boolean {
    if (node.type !== "Pipeline") return this.#readCommand(node, before, []);
    const leading = this.#readTime(node.prefixes, before);
    if (leading === null || node.commands.length === 0) return false;
    return node.commands.every((command, index) => {
      if (index === 0) return this.#readCommand(command, leading.length > 0 ? BETWEEN_WORDS : before, leading);
      const operator = gapOfOperator(node.operators[index - 1]);
      return operator !== undefined && this.#readCommand(command, operator, []);
    });
  }

  /** `time` is a keyword to bash and a program to everyone else: it is read as the first word of what it times. */
  #readTime(prefixes: readonly { type: string; pos: number; end: number }[], before: RegExp): string[] | null {
    const [prefix, ...others] = prefixes;
    if (prefix === undefined) return [];
    if (others.length > 0 || prefix.type !== "Time" || !this.skip(prefix.pos, before)) return null;
    this.#at = prefix.end;
    const words = this.#source.slice(prefix.pos, prefix.end).split(/[ \t]+/);
    return words.every((word) => word === "time" || word === "-p" || word === "--") ? words : null;
  }

  #readCommand(node: CommandNode, before: RegExp, leading: readonly string[]): boolean {
    if (node.type !== "Command" || node.name === undefined || node.prefix.length > 0) return false;
    const name = readLiteralWord(node.name);
    if (name?.quote !== "none" || NOT_SIMPLE.has(name.meant) || !COMMAND_NAME.test(name.written)) return false;
    const words: LiteralWord[] = [name];
    if (!this.skip(node.name.pos, before)) return false;
    this.#at = node.name.end;
    for (const argument of node.suffix) {
      if (argument.type !== "Word" || !this.skip(argument.pos, BETWEEN_WORDS)) return false;
      const word = readLiteralWord(argument);
      if (word === null) return false;
      words.push(word);
      this.#at = argument.end;
    }
    this.commands.push(toCommand(leading, words));
    return true;
  }
}

/** Both readings are the same array where they say the same: that makes the comparison cheap later on. */
function toCommand(leading: readonly string[], words: readonly LiteralWord[]): PlainCommand {
  const written = leading.length === 0 ? [] : [...leading];
  let isSame = true;
  let mayGainOptions = false;
  for (const word of words) {
    written.push(word.written);
    isSame &&= word.meant === word.written;
    mayGainOptions ||= word.mayBecomeOption;
  }
  const meant = isSame ? written : [...leading, ...words.map((word) => word.meant)];
  return { written, meant, mayGainOptions };
}
