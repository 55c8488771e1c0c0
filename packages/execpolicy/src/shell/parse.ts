import { parse, type ParsedScript } from "unbash";

/** The syntax tree of a script; null when the parser has any objection. The one place that calls the shell parser. */
export function parseStrictly(source: string): ParsedScript | null {
  const script = parse(source);
  return script.errors === undefined || script.errors.length === 0 ? script : null;
}

/** Control characters besides tab and line feed, and half characters: shells and parsers do not agree on them. */
export function hasUnexpectedCharacter(source: string): boolean {
  return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\p{Surrogate}]/u.test(source);
}
