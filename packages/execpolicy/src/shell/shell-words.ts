/**
 * Splits a text into words as a POSIX shell does, with quotes, escapes and comments, but without any expansion; null
 * if a quote or a backslash is left open.
 */
export function splitShellWords(text: string): string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = /[ \t\n]*(?:#[^\n]*(?:\n[ \t\n]*|$))*/y;
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
    if (at >= text.length) break;
    const word = readWord(text, at);
    if (word === null) return null;
    words.push(word.value);
    at = word.end;
  }
  return words;
}

/** The pieces of a word: a run of plain characters, an escape, a quoted piece. */
const PIECE = /[^ \t\n'"\\]+|\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"/y;

function readWord(text: string, start: number): { value: string; end: number } | null {
  let value = "";
  let at = start;
  while (at < text.length && !/[ \t\n]/.test(text[at] ?? "")) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text);
    if (piece === null) return null;
    const [whole, escaped, single, double] = piece;
    if (escaped !== undefined) value += escaped === "\n" ? "" : escaped;
    else
      value += single ?? double?.replace(/\\([$`"\\\n])/g, (_, char: string) => (char === "\n" ? "" : char)) ?? whole;
    at += whole.length;
  }
  return { value, end: at };
}
