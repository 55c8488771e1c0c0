import {
  parse,
  type AndOr,
  type Command,
  type CommandNode,
  type HereDoc,
  type ParsedScript,
  type PipelineNode,
} from "unbash";
import { readLiteralWord, type LiteralWord } from "./words.ts";

/**
 * Reading of shell scripts. Only this folder knows the shell parser.
 *
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
  const script = parseStrictly(source);
  if (script === null) return null;
  const reader = new PlainReader(source);
  for (const [index, statement] of script.commands.entries()) {
    if (statement.background === true) return null;
    if (!reader.readList(statement.command, index === 0 ? BLANK : STATEMENT_END)) return null;
  }
  return reader.skip(source.length, script.commands.length === 0 ? NOTHING : SCRIPT_END) ? reader.commands : null;
}

/** A patch handed to a program by here-document: the only statement of its script. */
export interface HeredocCall {
  readonly program: string;
  /** The folder of a leading `cd DIR &&`; null without one. */
  readonly cd: string | null;
  /** The text of the here-document as it stands there, without the line feeds at its end. */
  readonly body: string;
}

/**
 * Recognises a script that is exactly `apply_patch <<TAG` or `cd DIR && apply_patch <<TAG` (also `applypatch`); null
 * for any other. The cheap test for the program's name comes first: most scripts are not parsed here.
 * Source: apply-patch spec, section 6.
 */
export function readHeredocCall(source: string): HeredocCall | null {
  if (!/apply_?patch/.test(source)) return null;
  const script = parseStrictly(source);
  const [statement, ...others] = script?.commands ?? [];
  if (statement === undefined || others.length > 0 || statement.background === true) return null;
  const { command } = statement;
  const folder = command.type === "AndOr" ? readChangeFolder(command, source) : null;
  if (command.type === "AndOr" && folder === null) return null;
  const call = command.type === "AndOr" ? command.commands[1] : command;
  if (call?.type !== "Command" || !isGap(source, 0, statement.pos, BLANK)) return null;
  const heredoc = readHeredoc(call, source);
  return heredoc && { ...heredoc, cd: folder };
}

/** Parses a script; null when the parser has any objection, or the text has characters that a shell reads otherwise. */
function parseStrictly(source: string): ParsedScript | null {
  if (UNEXPECTED_CHARACTER.test(source)) return null;
  const script = parse(source);
  return script.errors === undefined || script.errors.length === 0 ? script : null;
}

/** Control characters besides tab and line feed, and half characters: shells and parsers do not agree on them. */
const UNEXPECTED_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\p{Surrogate}]/u;

// What may stand between two words. A backslash at the end of a line counts as a blank. The patterns are sticky: they
// are tried at a place of the source, which is cheaper than to cut the gap out.
const NOTHING = /[ \t\n]*/y;
const BLANK = /(?:[ \t\n]|\\\n)*/y;
const BETWEEN_WORDS = /(?:[ \t]|\\\n)+/y;
const STATEMENT_END = /(?:[ \t]|\\\n)*[;\n](?:[ \t\n]|\\\n)*/y;
const SCRIPT_END = /[ \t]*;?[ \t\n]*/y;
const OPERATORS = {
  "&&": /(?:[ \t]|\\\n)*&&(?:[ \t\n]|\\\n)*/y,
  "||": /(?:[ \t]|\\\n)*\|\|(?:[ \t\n]|\\\n)*/y,
  "|": /(?:[ \t]|\\\n)*\|(?:[ \t\n]|\\\n)*/y,
} as const;

/** True if the source from `start` to `end` is a gap of this form, and nothing else. */
function isGap(source: string, start: number, end: number, gap: RegExp): boolean {
  gap.lastIndex = start;
  return gap.test(source) && gap.lastIndex === end;
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
      this.#readPipeline(part, operatorBefore(node.operators, index) ?? before),
    );
  }

  #readPipeline(node: PipelineNode, before: RegExp): boolean {
    if (node.type !== "Pipeline") return this.#readCommand(node, before, []);
    const leading = this.#readTime(node.prefixes, before);
    if (leading === null || node.commands.length === 0) return false;
    return node.commands.every((command, index) => {
      if (index === 0) return this.#readCommand(command, leading.length > 0 ? BETWEEN_WORDS : before, leading);
      const operator = operatorBefore(node.operators, index);
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
  const written = [...leading, ...words.map((word) => word.written)];
  const isSame = words.every((word) => word.meant === word.written);
  const meant = isSame ? written : [...leading, ...words.map((word) => word.meant)];
  return { written, meant, mayGainOptions: words.some((word) => word.mayBecomeOption) };
}

/** The gap that belongs to the operator before the command at `index`; undefined before the first and for `|&`. */
function operatorBefore(operators: readonly string[], index: number): RegExp | undefined {
  const operator = operators[index - 1];
  return operator === "&&" || operator === "||" || operator === "|" ? OPERATORS[operator] : undefined;
}

/** DIR of `cd DIR && …` with exactly two commands. */
function readChangeFolder({ commands, operators }: AndOr, source: string): string | null {
  const [change, call] = commands;
  if (commands.length !== 2 || operators[0] !== "&&" || change?.type !== "Command" || call === undefined) return null;
  const [argument, ...others] = change.suffix;
  if (change.name?.text !== "cd" || change.prefix.length > 0 || others.length > 0 || argument?.type !== "Word")
    return null;
  if (!isGap(source, change.name.end, argument.pos, BETWEEN_WORDS)) return null;
  if (!isGap(source, argument.end, call.pos, OPERATORS["&&"])) return null;
  const word = readLiteralWord(argument);
  return word === null || (word.quote === "none" && /^~|[*?]/.test(word.written)) ? null : word.meant;
}

/** `[NAME=value …] PROGRAM <<TAG` with its body, and nothing but blanks between and after. */
function readHeredoc(call: Command, source: string): { program: string; body: string } | null {
  const [heredoc, ...others] = call.suffix;
  if (call.name === undefined || others.length > 0 || heredoc?.type !== "HereDoc" || heredoc.descriptor !== undefined)
    return null;
  const program = call.name.text;
  if (program !== "apply_patch" && program !== "applypatch") return null;
  if (!call.prefix.every((part) => part.type === "Assignment")) return null;
  return hasOnlyBlanksAround(heredoc, call.name.end, source)
    ? { program, body: heredoc.body.text.replace(/\n+$/, "") }
    : null;
}

function hasOnlyBlanksAround({ pos, end, body, closing }: HereDoc, nameEnd: number, source: string): boolean {
  if (closing === undefined) return false;
  return (
    isGap(source, nameEnd, pos, BLANK) &&
    isGap(source, end, body.pos, BLANK) &&
    isGap(source, closing.end, source.length, BLANK)
  );
}
