// What may stand between two words. A backslash at the end of a line counts as a blank. The patterns are sticky: they
// are tried at a place of the source, which is cheaper than to cut the gap out.
export const NOTHING = /[ \t\n]*/y;
export const BLANK = /(?:[ \t\n]|\\\n)*/y;
export const BETWEEN_WORDS = /(?:[ \t]|\\\n)+/y;
export const STATEMENT_END = /(?:[ \t]|\\\n)*[;\n](?:[ \t\n]|\\\n)*/y;
export const SCRIPT_END = /[ \t]*;?[ \t\n]*/y;
const OPERATOR_GAPS = {
  "&&": /(?:[ \t]|\\\n)*&&(?:[ \t\n]|\\\n)*/y,
  "||": /(?:[ \t]|\\\n)*\|\|(?:[ \t\n]|\\\n)*/y,
  "|": /(?:[ \t]|\\\n)*\|(?:[ \t\n]|\\\n)*/y,
};

/** True if the source from `start` to `end` is a gap of this form, and nothing else. */
export function isGap(source: string, start: number, end: number, gap: RegExp): boolean {
  gap.lastIndex = start;
  return gap.test(source) && gap.lastIndex === end;
}

/** The gap that belongs to an operator; undefined for one that a plain script does not have, and for none. */
export function gapOfOperator(operator: string | undefined): RegExp | undefined {
  return operator === "&&" || operator === "||" || operator === "|" ? OPERATOR_GAPS[operator] : undefined;
}
