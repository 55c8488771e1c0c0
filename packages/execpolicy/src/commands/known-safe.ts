import { fileName, shellScript } from "../shell/shell-call.ts";
import { readPlainScript, type PlainCommand } from "../shell/script.ts";
import { readings } from "./command.ts";
import { isSafeGit } from "./git.ts";
import { isSafePowerShell } from "./powershell.ts";
import { isSafeRipgrep } from "./ripgrep.ts";

/**
 * True for a command that only reads: it runs without a question under every approval policy (in the sandbox, unless
 * something else lifts that). A shell call is safe when its script is plain, not empty, and every command in it is.
 * Source: exec policy spec, section 6, with the gaps closed that it lists.
 */
export function isKnownSafe(argv: readonly string[]): boolean {
  if (isSafeArgv(argv) || isSafePowerShell(argv)) return true;
  const script = shellScript(argv);
  const commands = script === null ? null : readPlainScript(script);
  return commands !== null && commands.length > 0 && commands.every(isKnownSafeCommand);
}

/** As `isKnownSafe`, for a command of a script: under both of its readings, whatever its globs expand to. */
export function isKnownSafeCommand(command: PlainCommand): boolean {
  if (command.mayGainOptions && !ALWAYS_SAFE.has(fileName(command.written[0] ?? ""))) return false;
  return readings(command).every(isKnownSafe);
}

const ALWAYS_SAFE = new Set([
  "cat",
  "cd",
  "echo",
  "false",
  "grep",
  "head",
  "ls",
  "nl",
  "pwd",
  "tail",
  "true",
  "wc",
  "which",
]);

function isSafeArgv(argv: readonly string[]): boolean {
  const [program] = argv;
  if (program === undefined) return false;
  const name = fileName(program);
  if (ALWAYS_SAFE.has(name)) return true;
  const args = argv.slice(1);
  switch (name) {
    case "find":
      return !args.some((arg) => FIND_ACTIONS.has(arg));
    case "rg":
      return isSafeRipgrep(args);
    case "git":
      return isSafeGit(args);
    case "cargo":
      return args[0] === "check";
    case "sed":
      return isSafeSed(args);
    default:
      return false;
  }
}

/** What makes `find` run or write something, wherever it stands, even as the value of another option. */
const FIND_ACTIONS = new Set([
  "-exec",
  "-execdir",
  "-ok",
  "-okdir",
  "-delete",
  "-fls",
  "-fprint",
  "-fprint0",
  "-fprintf",
]);

/** `sed -n 5p FILE` and `sed -n 1,5p FILE`: prints lines, has no option that writes. */
function isSafeSed(args: readonly string[]): boolean {
  const [quiet, range, file = ""] = args;
  return quiet === "-n" && range !== undefined && args.length <= 3 && isLineRange(range) && !file.startsWith("-");
}

/** `5p` or `1,5p`, the only sed scripts that are understood. */
export function isLineRange(script: string): boolean {
  return /^(?:\d+,)?\d+p$/.test(script);
}
