import type { AndOr, Command, HereDoc } from "unbash";
import { BETWEEN_WORDS, BLANK, gapOfOperator, isGap } from "./gaps.ts";
import { hasUnexpectedCharacter, parseStrictly } from "./parse.ts";
import { trimEndOf } from "../trim-end.ts";
import { readLiteralWord } from "./words.ts";

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

/** DIR of `cd DIR && …` with exactly two commands. */
function readChangeFolder({ commands, operators }: AndOr, source: string): string | null {
  const [change, call] = commands;
  const operatorGap = operators[0] === "&&" ? gapOfOperator("&&") : undefined;
  if (commands.length !== 2 || operatorGap === undefined) return null;
  if (call === undefined || change?.type !== "Command" || change.name?.text !== "cd") return null;
  const [argument, ...others] = change.suffix;
  if (change.prefix.length > 0 || others.length > 0 || argument?.type !== "Word") return null;
  if (!isGap(source, change.name.end, argument.pos, BETWEEN_WORDS)) return null;
  if (!isGap(source, argument.end, call.pos, operatorGap)) return null;
  const word = readLiteralWord(argument);
  return word === null || (word.quote === "none" && /^~|[*?]/.test(word.written)) ? null : word.meant;
}

/** `[NAME=value …] PROGRAM <<TAG` with its body, and nothing but blanks between and after. */
function readHeredoc(call: Command, source: string): { program: string; body: string } | null {
  const [heredoc, ...others] = call.suffix;
  if (call.name === undefined || others.length > 0) return null;
  if (heredoc?.type !== "HereDoc" || heredoc.descriptor !== undefined) return null;
  const program = call.name.text;
  if (program !== "apply_patch" && program !== "applypatch") return null;
  if (!call.prefix.every((part) => part.type === "Assignment")) return null;
  return hasOnlyBlanksAround(heredoc, call.name.end, source)
    ? { program, body: trimEndOf(heredoc.body.text, "\n") }
    : null;
}

function hasOnlyBlanksAround({ pos, end, body, closing }: HereDoc, nameEnd: number, source: string): boolean {
  if (closing === undefined || hasUnexpectedCharacter(source.slice(0, body.pos))) return false;
  return (
    isGap(source, nameEnd, pos, BLANK) &&
    isGap(source, end, body.pos, BLANK) &&
    isGap(source, closing.end, source.length, BLANK)
  );
}
