/**
 * The words of a command as one line that a POSIX shell reads back as the same words.
 * Source: exec policy spec, section 9.1; the form is the one that clients of the protocol know.
 */
export function quoteCommand(argv: readonly string[]): string {
  if (argv.some((word) => word.includes("\0"))) return "<command included NUL byte>";
  return argv.map(quoteWord).join(" ");
}

/** The ways to write a run of characters, the preferred one first. */
const STYLES = [
  { accepts: /[-A-Za-z0-9+./:@\]_]/, write: (run: string) => run },
  { accepts: /[^'\\^]/, write: (run: string) => `'${run}'` },
  { accepts: /[^`$!^]/, write: (run: string) => `"${run.replace(/["\\]/g, "\\$&")}"` },
];
const BARE_WORD = /^[-A-Za-z0-9+./:@\]_]+$/;

/** Cuts a word into the longest runs that can be written in one style each. */
function quoteWord(word: string): string {
  if (word === "") return "''";
  if (BARE_WORD.test(word)) return word;
  let text = "";
  for (let at = 0; at < word.length;) {
    const { end, write } = longestRun(word, at);
    text += write(word.slice(at, end));
    at = end;
  }
  return text;
}

/** `^` goes into single quotes, and only at their beginning: a quirk of bash's history expansion. */
function longestRun(word: string, start: number): { end: number; write: (run: string) => string } {
  const startsWithCaret = word[start] === "^";
  let styles = startsWithCaret ? STYLES.slice(1, 2) : STYLES;
  let end = startsWithCaret ? start + 1 : start;
  for (; end < word.length; end += 1) {
    const remaining = styles.filter((style) => style.accepts.test(word[end] ?? ""));
    if (remaining.length === 0) break;
    styles = remaining;
  }
  return { end, write: styles[0]?.write ?? String };
}
