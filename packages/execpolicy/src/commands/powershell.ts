import { fileName } from "../shell/shell-call.ts";
import { isSafeGit } from "./git.ts";
import { isSafeRipgrep } from "./ripgrep.ts";
import { splitShellWords } from "../shell/shell-words.ts";

/**
 * True for a PowerShell call that only reads, on every platform.
 * Source: exec policy spec, section 8. Stricter where PowerShell runs code that the reference's reading does not see:
 * a line feed ends a statement, and blocks, calls and sub-expressions among the arguments are refused.
 */
export function isSafePowerShell(argv: readonly string[]): boolean {
  const text = powerShellText(argv);
  if (text === null || /[\n\r`]/.test(text)) return false;
  const words = splitShellWords(text);
  if (words === null || words.some((word) => CHANGES.has(commandName(word)))) return false;
  return splitAt(words, SEPARATORS).every(isSafePipelinePart);
}

/** The command text of a PowerShell call; null for another program, and for a flag that is not known to be harmless. */
function powerShellText([program, ...args]: readonly string[]): string | null {
  if (program === undefined || !isPowerShell(program)) return null;
  const first = args.findIndex((arg) => !HARMLESS_FLAGS.has(arg.toLowerCase()));
  const [flag, ...rest] = first === -1 ? [] : args.slice(first);
  if (flag === undefined) return null;
  if (/^(?:-command|\/command|-c)$/i.test(flag)) return rest.length === 1 ? (rest[0] ?? null) : null;
  const attached = /^[-/]command:([^]*)$/i.exec(flag)?.[1];
  if (attached !== undefined) return rest.length === 0 ? attached : null;
  return /^[-/]/.test(flag) ? null : [flag, ...rest].join(" ");
}

/** True for `powershell` and `pwsh` in any folder and case, with or without `.exe`. */
export function isPowerShell(program: string): boolean {
  return /^(?:powershell|pwsh)(?:\.exe)?$/i.test(fileName(program));
}

const HARMLESS_FLAGS = new Set(["-nologo", "-noprofile", "-noninteractive", "-mta", "-sta"]);
const SEPARATORS = new Set(["|", "||", "&&", ";"]);

function isSafePipelinePart(words: readonly string[]): boolean {
  const [first, ...args] = words;
  if (first === undefined || words.some((word) => /[|;><&{}]|\$\(/.test(word))) return false;
  if (!args.every(isPlainArgument)) return false;
  const name = commandName(first);
  if (name === "git") return isSafePowerShellGit(args);
  return name === "rg" ? isSafeRipgrep(args) : READERS.has(name);
}

/** No method call, and in parentheses only a command that reads. */
function isPlainArgument(word: string): boolean {
  const inner = word.replace(/^\(+/, "");
  return !inner.includes("(") && (inner === word || READERS.has(commandName(inner)));
}

/** `-c key=value` and the like are skipped as in the reference, unless the key can name a program to run. */
function isSafePowerShellGit(args: readonly string[]): boolean {
  let at = 0;
  while (/^(?:-c|--config|--git-dir|--work-tree)(?:=|$)/.test(args[at] ?? "")) {
    const option = args[at] ?? "";
    const value = option.includes("=") ? option.replace(/^[^=]*=/, "") : (args[at + 1] ?? "");
    if (/^(?:-c|--config)/.test(option) && NAMES_A_PROGRAM.test(value)) return false;
    at += option.includes("=") ? 1 : 2;
  }
  const call = args.slice(at);
  if (call[0] === "cat-file") return !call.some((arg) => /^--[ft]/.test(arg));
  return call[0] !== "branch" && isSafeGit(call);
}

const NAMES_A_PROGRAM = /^(?:alias|core|credential|diff|filter|gpg|include|includeif|interactive|pager)\./i;

function commandName(word: string): string {
  return word.replace(/[()]/g, "").replace(/^-+/, "").toLowerCase();
}

const READERS = new Set(
  `echo write-output write-host dir ls get-childitem gci cat type gc get-content select-string sls findstr measure-object
  measure get-location gl pwd test-path tp resolve-path rvpa select-object select get-item`.split(/\s+/),
);

/** Refused anywhere, also as an argument. */
const CHANGES = new Set(
  `set-content add-content out-file new-item remove-item move-item copy-item rename-item start-process
  stop-process`.split(/\s+/),
);

function splitAt(words: readonly string[], separators: ReadonlySet<string>): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (separators.has(word)) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}
