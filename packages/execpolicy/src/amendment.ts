import { fileStem } from "./shell/shell-call.ts";

/**
 * The line of a rule file that allows commands which start with `prefix`, without a line feed.
 * @throws TypeError when the prefix is empty, or has a token that UTF-8 cannot hold (a lone surrogate).
 * Source: exec policy spec, section 5.
 */
export function formatAllowRule(prefix: readonly string[]): string {
  if (prefix.length === 0) throw new TypeError("prefix rule requires at least one token");
  if (prefix.some(hasLoneSurrogate)) {
    throw new TypeError("prefix rule has a token that is not valid Unicode; write the rule by hand");
  }
  return `prefix_rule(pattern=[${prefix.map((token) => JSON.stringify(token)).join(", ")}], decision="allow")`;
}

/** The prefix if it may be offered to the user as a rule; null when the rule could not be written or never matched again. */
export function proposableAmendment(prefix: readonly string[]): readonly string[] | null {
  const [program, ...args] = prefix;
  if (program === undefined || prefix.some(hasLoneSurrogate)) return null;
  const isOneOff =
    SHELLS.has(fileStem(program).toLowerCase()) && args.some((arg) => arg.length > 200 || arg.includes("\n"));
  return isOneOff ? null : prefix;
}

/** A long script, or one of several lines, is never the same twice. */
const SHELLS = new Set(["bash", "zsh", "sh", "dash", "ksh", "fish", "pwsh", "powershell", "cmd"]);

/** Half a character: no UTF-8 text can hold it. */
function hasLoneSurrogate(token: string): boolean {
  return /\p{Surrogate}/u.test(token);
}
