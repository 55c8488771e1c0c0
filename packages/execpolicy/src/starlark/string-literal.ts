import { parseFailure, type Place } from "./failure.ts";
import type { FormatPart } from "./syntax.ts";

/** A string literal as it stands in the source. */
export interface StringLiteral {
  readonly isRaw: boolean;
  readonly isFormat: boolean;
  /** What stands between the quotes. */
  readonly body: string;
  readonly bodyStart: number;
  readonly end: number;
}

// Unrolled, so that there is one way to match a text only: an alternation of runs takes exponential time on a string
// that is never closed.
const LITERAL = new RegExp(
  [
    String.raw`(?<prefix>[rf]{0,2})(?:`,
    String.raw`"""(?<long>[^\\"]*(?:(?:\\[^]|"(?!""))[^\\"]*)*)"""|`,
    String.raw`'''(?<longSingle>[^\\']*(?:(?:\\[^]|'(?!''))[^\\']*)*)'''|`,
    String.raw`"(?!"")(?<short>[^\\"\n]*(?:\\[^][^\\"\n]*)*)"|`,
    String.raw`'(?!'')(?<shortSingle>[^\\'\n]*(?:\\[^][^\\'\n]*)*)')`,
  ].join(""),
  "y",
);

/** Reads the string literal that starts at `start`. */
export function readStringLiteral(source: string, start: number, at: Place): StringLiteral {
  LITERAL.lastIndex = start;
  const groups = LITERAL.exec(source)?.groups;
  if (groups === undefined) throw parseFailure("string is not closed", at);
  const { prefix = "", long, longSingle, short, shortSingle } = groups;
  const isLong = long !== undefined || longSingle !== undefined;
  return {
    isRaw: prefix.includes("r"),
    isFormat: prefix.includes("f"),
    body: long ?? longSingle ?? short ?? shortSingle ?? "",
    bodyStart: start + prefix.length + (isLong ? 3 : 1),
    end: LITERAL.lastIndex,
  };
}

const FORMAT_PIECE = /((?:[^{}]|\{\{|\}\})+)|\{\s*([A-Za-z_]\w*)\s*(?:!([rs]))?\}/y;

/** An f-string cut at its variables. */
export function readFormatParts({ body, isRaw }: StringLiteral, at: Place): FormatPart[] {
  const parts: FormatPart[] = [];
  FORMAT_PIECE.lastIndex = 0;
  for (let end = 0; end < body.length; end = FORMAT_PIECE.lastIndex) {
    const [, text, name, conversion] = FORMAT_PIECE.exec(body) ?? [];
    if (text !== undefined) parts.push({ text: readText(text.replace(/([{}])\1/g, "$1"), isRaw, at) });
    else if (name !== undefined) parts.push({ name, repr: conversion === "r", at });
    else throw parseFailure("an f-string takes names only: {name}, {name!r}; a brace is written twice", at);
  }
  return parts;
}

const SIMPLE_ESCAPES = new Map(
  Object.entries({ n: "\n", r: "\r", t: "\t", a: "\u0007", b: "\b", f: "\f", v: "\v", "\\": "\\", "'": "'", '"': '"' }),
);
const ESCAPE = /\\([0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^]?)/g;

/** The text of a literal, with its escapes processed unless it is raw. */
export function readText(body: string, isRaw: boolean, place: Place): string {
  if (isRaw || !body.includes("\\")) return body;
  return body.replace(ESCAPE, (whole, escape: string) => {
    if (escape === "\n") return "";
    if (/^[0-7]/.test(escape)) return character(Number.parseInt(escape, 8), whole, place);
    if (/^[xuU]./.test(escape)) return character(Number.parseInt(escape.slice(1), 16), whole, place);
    const simple = SIMPLE_ESCAPES.get(escape);
    if (simple === undefined)
      throw parseFailure(`unknown escape ${whole} in a string; write \\\\ for a backslash`, place);
    return simple;
  });
}

/** A code point that a string may hold: no half of a surrogate pair, and by number of a byte only ASCII. */
function character(codePoint: number, escape: string, place: Place): string {
  const max = /^\\[uU]/.test(escape) ? 0x10ffff : 0x7f;
  if (codePoint > max || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
    throw parseFailure(`escape ${escape} is no character`, place);
  }
  return String.fromCodePoint(codePoint);
}
