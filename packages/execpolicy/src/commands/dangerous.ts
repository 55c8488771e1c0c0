import { readPlainScript } from "../shell/script.ts";
import { fileName, shellScript } from "../shell/shell-call.ts";
import { readings } from "./command.ts";
import { gitSubcommand, isDestructiveGit } from "./git.ts";
import { opensUrlOnWindows } from "./windows.ts";

/** The system a command will run on: some commands are dangerous on Windows only. */
export type Platform = "posix" | "windows";

/** True for a command that destroys work: it is asked about even where other unknown commands are not. */
export function isDangerous(argv: readonly string[], platform: Platform = "posix"): boolean {
  return dangerReason(argv, platform) !== null;
}

/**
 * Why a command counts as dangerous, in a few words for people (`rm with -f`); null if it does not. Of a plain script
 * the first dangerous command tells.
 * Source: exec policy spec, section 7, with the additions it requires.
 */
export function dangerReason(argv: readonly string[], platform: Platform = "posix"): string | null {
  if (!isWrapper(nameAt(argv, 0))) return dangerOfProgram(argv, platform); // nearly every command: no list is made
  const candidates = unwrap(argv);
  if (candidates.length > MAX_CANDIDATES) return "too many words in front of the command";
  return firstReason(candidates, (candidate) => dangerOfProgram(candidate, platform));
}

/** Programs that run the command behind their own options. `sudo` is one, but its options are not understood. */
const WRAPPERS = new Set(["command", "doas", "env", "nice", "time", "xargs"]);

function isWrapper(name: string): boolean {
  return name === "sudo" || WRAPPERS.has(name);
}

/** Nobody writes that many by hand; the limit keeps the work linear. */
const MAX_CANDIDATES = 64;

/**
 * Every part of an argv that may be the command which runs in the end. Which option of a wrapper takes a value is not
 * known here, so a word behind an option counts both as its value and as the command.
 */
function unwrap(argv: readonly string[]): readonly (readonly string[])[] {
  let start = 0;
  while (nameAt(argv, start) === "sudo") start += 1;
  const candidates = [start === 0 ? argv : argv.slice(start)];
  if (!WRAPPERS.has(nameAt(argv, start))) return candidates;
  for (let at = start + 1; at < argv.length && candidates.length <= MAX_CANDIDATES; at += 1) {
    const word = argv[at] ?? "";
    if (word.startsWith("-") || /^\w+=/.test(word)) continue;
    candidates.push(argv.slice(at));
    const name = fileName(word);
    if (!argv[at - 1]?.startsWith("-") && !isWrapper(name)) break;
  }
  return candidates;
}

function nameAt(argv: readonly string[], index: number): string {
  return fileName(argv[index] ?? "");
}

function dangerOfProgram(argv: readonly string[], platform: Platform): string | null {
  const [program] = argv;
  if (program === undefined) return null;
  if (program.endsWith("git")) {
    const args = argv.slice(1);
    if (isDestructiveGit(args)) return `git ${gitSubcommand(args)[0] ?? ""}`;
  }
  const name = fileName(program);
  if (name === "rm" && hasForce(argv.slice(1))) return "rm with -f";
  if (name === "dd" && argv.some((arg, index) => index > 0 && arg.startsWith("of="))) return "dd with of=";
  if (name.startsWith("mkfs") || name === "shutdown" || name === "reboot") return name;
  if (platform === "windows" && opensUrlOnWindows(argv)) return "opens a URL in another program";
  const script = shellScript(argv);
  const commands = (script === null ? null : readPlainScript(script)) ?? [];
  return firstReason(commands.flatMap(readings), (command) => dangerReason(command, platform));
}

function firstReason(
  commands: readonly (readonly string[])[],
  judge: (argv: readonly string[]) => string | null,
): string | null {
  for (const command of commands) {
    const reason = judge(command);
    if (reason !== null) return reason;
  }
  return null;
}

/** `-f` among short options, or any beginning of `--force`; what follows `--` is a file. */
function hasForce(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  return options.some((arg) => /^-[^-]*f/.test(arg) || (arg.length > 2 && "--force".startsWith(arg)));
}
