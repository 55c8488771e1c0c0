import { isPowerShell } from "../commands/powershell.ts";
import { splitShellWords } from "../shell/shell-words.ts";
import { readPlainScript } from "../shell/script.ts";
import { shellScript } from "../shell/shell-call.ts";
import { quoteCommand } from "./quote.ts";
import { isFormattingHelper, summarize } from "./summarize.ts";

/** What a command does, in a form that front ends show instead of its text. The wire type of the same name. */
export type CommandAction =
  | { readonly type: "read"; readonly command: string; readonly name: string; readonly path: string }
  | { readonly type: "listFiles"; readonly command: string; readonly path: string | null }
  | { readonly type: "search"; readonly command: string; readonly query: string | null; readonly path: string | null }
  | { readonly type: "unknown"; readonly command: string };

/**
 * Sums up a command for display; the list may be empty (`cd sub` alone). Nothing may be decided on it: it leaves out
 * helpers such as `| head`, and it guesses.
 * Source: exec policy spec, section 9.
 */
export function toCommandActions(argv: readonly string[]): CommandAction[] {
  return withoutRepeats(summarizeCall(argv));
}

function summarizeCall(argv: readonly string[]): CommandAction[] {
  const script = shellScript(argv);
  if (script !== null) return summarizeScript(script);
  const powerShellScript = findPowerShellScript(argv);
  if (powerShellScript !== null) return [{ type: "unknown", command: powerShellScript }];
  return simplify(followFolders(splitAtConnectors(withoutAnswers(argv))));
}

function summarizeScript(script: string): CommandAction[] {
  const commands = readPlainScript(script)?.map((command) => command.written) ?? [];
  const main = commands.filter((command) => !isFormattingHelper(command));
  if (main.length === 0) return [{ type: "unknown", command: script }];
  let actions = followFolders(main);
  if (actions.length > 1) actions = simplify(actions.filter((action) => !isUnknown(action, "true")));
  const [only, ...others] = actions;
  return only === undefined || others.length > 0 ? actions : [attribute(only, script, commands.length)];
}

/** Gives the one action that is left the text that shows best where it came from. */
function attribute(action: CommandAction, script: string, commandCount: number): CommandAction {
  if (action.type === "unknown") return action;
  const words = splitShellWords(script) ?? [script];
  const isJoined = commandCount > 1 || words.some((word) => CONNECTORS.has(word));
  if (!isJoined) return { ...action, command: quoteCommand(words) };
  const printsRange = words.some((word, index) => word === "sed" && words[index + 1] === "-n");
  return action.type === "read" && words.includes("|") && printsRange ? { ...action, command: script } : action;
}

const CONNECTORS = new Set(["&&", "||", "|", ";"]);

/** Without the program that answers the questions of the next one: `yes | npm init`. */
function withoutAnswers(argv: readonly string[]): readonly string[] {
  const [first = "", second] = argv;
  return second === "|" && ["yes", "y", "no", "n"].includes(first) ? argv.slice(2) : argv;
}

function splitAtConnectors(argv: readonly string[]): readonly (readonly string[])[] {
  if (!argv.some((word) => CONNECTORS.has(word))) return [argv];
  const parts: string[][] = [[]];
  for (const word of argv) {
    if (CONNECTORS.has(word)) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.filter((part) => part.length > 0);
}

/** Sums up one command after the other; `cd` only moves the paths of what follows. */
function followFolders(commands: readonly (readonly string[])[]): CommandAction[] {
  const actions: CommandAction[] = [];
  let folder: string | null = null;
  for (const command of commands) {
    if (command[0] === "cd") {
      const target = changeTarget(command.slice(1));
      if (target !== null) folder = joinPath(folder, target);
      continue;
    }
    const action = summarize(command);
    actions.push(action.type === "read" ? { ...action, path: joinPath(folder, action.path) } : action);
  }
  return actions;
}

/** Where `cd` goes: the word behind `--`, or the last one that is no option. */
function changeTarget(args: readonly string[]): string | null {
  const end = args.indexOf("--");
  if (end !== -1) return args[end + 1] ?? null;
  return args.findLast((arg) => !arg.startsWith("-")) ?? null;
}

function joinPath(folder: string | null, path: string): string {
  if (folder === null || folder === "" || /^(?:\/|\\\\|[A-Za-z]:[\\/])/.test(path)) return path;
  return folder.endsWith("/") ? folder + path : `${folder}/${path}`;
}

/** Drops what only leads to the point, as long as something else is left. */
function simplify(actions: readonly CommandAction[]): CommandAction[] {
  const isChange = (action: CommandAction, isLast: boolean) => !isLast && startsWith(action, "cd");
  const hasNoEffect = (action: CommandAction) => isUnknown(action, "true");
  const numbersInput = (action: CommandAction) => startsWith(action, "nl") && hasOnlyFlags(action.command);
  return [isChange, hasNoEffect, numbersInput].reduce(withoutIncidental, [...actions]);
}

/** Without the entries of one kind, and without every `echo` that comes to stand first meanwhile. */
function withoutIncidental(
  actions: readonly CommandAction[],
  isIncidental: (action: CommandAction, isLast: boolean) => boolean,
): CommandAction[] {
  const kept: CommandAction[] = [];
  let left = actions.length;
  for (const [index, action] of actions.entries()) {
    const isLeadingEcho = kept.length === 0 && startsWith(action, "echo");
    if (left > 1 && (isLeadingEcho || isIncidental(action, index === actions.length - 1))) left -= 1;
    else kept.push(action);
  }
  return kept;
}

function startsWith(action: CommandAction, program: string): boolean {
  return action.type === "unknown" && (action.command === program || action.command.startsWith(`${program} `));
}

function hasOnlyFlags(command: string): boolean {
  return splitShellWords(command)?.every((word, index) => index === 0 || word.startsWith("-")) ?? false;
}

function isUnknown(action: CommandAction, command: string): boolean {
  return action.type === "unknown" && action.command === command;
}

/** The text of `pwsh [-NoLogo] [-NoProfile] -Command TEXT`; null for any other call. */
function findPowerShellScript(argv: readonly string[]): string | null {
  const [shell = "", ...args] = argv;
  const at = args.findIndex((arg) => !/^-(?:nologo|noprofile)$/i.test(arg));
  if (!isPowerShell(shell) || !/^-(?:command|c)$/i.test(args[at] ?? "")) return null;
  return args[at + 1] ?? null;
}

function withoutRepeats(actions: readonly CommandAction[]): CommandAction[] {
  return actions.filter((action, index) => {
    const previous = actions[index - 1];
    return previous === undefined || JSON.stringify(previous) !== JSON.stringify(action);
  });
}
