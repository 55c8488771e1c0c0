import { trimEndOf } from "../trim-end.ts";
import { isLineRange } from "../commands/known-safe.ts";
import type { CommandAction } from "./command-actions.ts";
import { quoteCommand } from "./quote.ts";

/** Sums up one command. Programs are compared as written. Source: exec policy spec, section 9.1. */
export function summarize(words: readonly string[]): CommandAction {
  const command = quoteCommand(words);
  const [program, ...args] = words;
  switch (program) {
    case "ls":
      return { type: "listFiles", command, path: shortPathOf(withoutValues(args, LS_VALUED).find(isOperand)) };
    case "rg":
      return { type: "search", command, ...searchedByRipgrep(args) };
    case "grep":
      return { type: "search", command, ...searched(args.filter(isOperand)) };
    case "fd":
      return { type: "search", command, ...searchedByFd(args) };
    case "find":
      return { type: "search", command, ...searchedByFind(args) };
    default: {
      const file = fileRead(program, args);
      if (file === null) return { type: "unknown", command };
      return { type: "read", command, name: shortPath(file), path: file };
    }
  }
}

/** The file that a command prints, or prints a part of; null when it is no such command. */
function fileRead(program: string | undefined, args: readonly string[]): string | null {
  switch (program) {
    case "cat": {
      const [file, ...others] = args[0] === "--" ? args.slice(1) : args;
      return file === undefined || others.length > 0 ? null : file;
    }
    case "head":
      return fileOfEnd(args, /^\d*$/);
    case "tail":
      return fileOfEnd(args, /^\+?\d+$/);
    case "nl":
      return withoutValues(args, NL_VALUED).find(isOperand) ?? null;
    case "sed":
      return args[0] === "-n" && isLineRange(args[1] ?? "") ? (args[2] ?? null) : null;
    default:
      return null;
  }
}

/** `-n COUNT FILE`, `-nCOUNT FILE` or just `FILE`. */
function fileOfEnd(args: readonly string[], count: RegExp): string | null {
  const [first = "", second = ""] = args;
  if (args.length === 1 && isOperand(first)) return first;
  if (first === "-n") return args.length > 1 && count.test(second) ? (args.slice(2).find(isOperand) ?? null) : null;
  return first.startsWith("-n") && count.test(first.slice(2)) ? (args.slice(1).find(isOperand) ?? null) : null;
}

interface Searched {
  readonly query: string | null;
  readonly path: string | null;
}

function searched([query, path]: readonly string[]): Searched {
  return { query: query ?? null, path: shortPathOf(path) };
}

function searchedByRipgrep(args: readonly string[]): Searched {
  const operands = args.filter(isOperand);
  return args.includes("--files") ? { query: null, path: shortPathOf(operands[0]) } : searched(operands);
}

function searchedByFd(args: readonly string[]): Searched {
  const operands = withoutValues(args, FD_VALUED).filter(isOperand);
  const [only = ""] = operands;
  const isPath = operands.length === 1 && (only === "." || only === ".." || /[/\\]/.test(only));
  return isPath ? { query: null, path: shortPath(only) } : searched(operands);
}

function searchedByFind(args: readonly string[]): Searched {
  const path = args.find((arg) => isOperand(arg) && !["!", "(", ")"].includes(arg));
  const test = args.findIndex((arg) => ["-name", "-iname", "-path", "-regex"].includes(arg));
  return { query: test === -1 ? null : (args[test + 1] ?? null), path: shortPathOf(path) };
}

/** True for a stage of a pipeline that only shapes the output of the one before. */
export function isFormattingHelper([program = "", ...args]: readonly string[]): boolean {
  const [first = "", second = ""] = args;
  const isCounted = args.length === 2 && (first === "-n" || first === "-c");
  const isAlone = args.length === 0 || (args.length === 1 && first.startsWith("-"));
  switch (program) {
    case "head":
      return isAlone || (isCounted && /^\d+$/.test(second));
    case "tail":
      return isAlone || (isCounted && /^\+?\d+$/.test(second));
    case "sed":
      return args.length < 3 || first !== "-n" || !isLineRange(second);
    default:
      return ALWAYS_FORMATTING.has(program);
  }
}

const ALWAYS_FORMATTING = new Set([
  "wc",
  "tr",
  "cut",
  "sort",
  "uniq",
  "xargs",
  "tee",
  "column",
  "awk",
  "yes",
  "printf",
]);
const LS_VALUED = ["-I", "-w", "--block-size", "--format", "--time-style", "--color", "--quoting-style"];
const FD_VALUED = ["-t", "--type", "-e", "--extension", "-E", "--exclude", "--search-path"];
const NL_VALUED = ["-s", "-w", "-v", "-i", "-b"];

/** Arguments without `--name=value`, and without these options and their values; all of what follows `--`. */
function withoutValues(args: readonly string[], valued: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--") return [...kept, ...args.slice(at + 1)];
    if (valued.includes(arg)) at += 1;
    else if (!/^--[^]*=/.test(arg)) kept.push(arg);
  }
  return kept;
}

function isOperand(arg: string): boolean {
  return !arg.startsWith("-");
}

function shortPathOf(path: string | undefined): string | null {
  return path === undefined ? null : shortPath(path);
}

/** The last component of a path that says something; the path itself when none does. */
function shortPath(path: string): string {
  const trimmed = trimEndOf(path.replaceAll("\\", "/"), "/");
  return trimmed.split("/").findLast((part) => part !== "" && !TELLS_NOTHING.has(part)) ?? trimmed;
}

const TELLS_NOTHING = new Set(["build", "dist", "node_modules", "src"]);
