import { parseFailure, type Place } from "./failure.ts";
import type { FormatPart } from "./syntax.ts";

/** A string literal as it stands in the source. */
export interface StringToken {
  readonly prefix: string;
  readonly isRaw: boolean;
  /** What stands between the quotes. */
  readonly body: string;
  readonly bodyStart: number;
  readonly end: number;
}

const OPENING = /([rf]*)("""|'''|"|')/y;

/** Finds the end of the string literal that starts at `start`. */
export function readStringToken(source: string, start: number, place: Place): StringToken {
  OPENING.lastIndex = start;
  const [opening = "", prefix = "", quote = ""] = OPENING.exec(source) ?? [];
  const bodyStart = start + opening.length;
  for (let at = bodyStart; at < source.length; at += 1) {
    if (source.startsWith(quote, at)) {
      const isRaw = prefix.includes("r");
      return { prefix, isRaw, body: source.slice(bodyStart, at), bodyStart, end: at + quote.length };
    }
    if (source[at] === "\\") at += 1;
    else if (source[at] === "\n" && quote.length === 1) break;
  }
  throw parseFailure("string is not closed", place);
}

interface FormatOptions {
  readonly isRaw: boolean;
  readonly isFormat: boolean;
  /** Where the literal starts: the place of every error in it. */
  readonly place: Place;
}

/** The text of a literal with its escapes processed; for an f-string cut at its variables. */
export function readFormatParts(body: string, options: FormatOptions): FormatPart[] {
  if (!options.isFormat) return [{ text: readText(body, options) }];
  const parts: FormatPart[] = [];
  const piece = /((?:[^{}]|\{\{|\}\})+)|\{\s*([A-Za-z_]\w*)\s*(?:!([rs]))?\}/y;
  for (let at = 0; at < body.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const [, text, name, conversion] = piece.exec(body) ?? [];
    if (text !== undefined) parts.push({ text: readText(text.replace(/([{}])\1/g, "$1"), options) });
    else if (name !== undefined) parts.push({ name, repr: conversion === "r", at: options.place });
    else throw parseFailure("an f-string takes names only: {name}, {name!r}; a brace is written twice", options.place);
  }
  return parts;
}

const SIMPLE_ESCAPES = new Map(
  Object.entries({ n: "\n", r: "\r", t: "\t", a: "\u0007", b: "\b", f: "\f", v: "\v", "\\": "\\", "'": "'", '"': '"' }),
);
const ESCAPE = /\\([0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^]?)/g;

function readText(body: string, { isRaw, place }: FormatOptions): string {
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
