import { waitForLockFile } from "@heddle/config";
import { constants } from "node:fs";
import { mkdir, open, readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  emptyPolicy,
  formatAllowRule,
  parsePolicy,
  PolicyError,
  withAllowRule,
  type Policy,
  type RuleFile,
} from "@heddle/execpolicy";
import { EngineError } from "../engine-error.ts";

/** The rules in force for every thread of an engine: read from the home, extended by accepted amendments. */
export interface RuleBook {
  current(): Policy;
  /**
   * Reads the rule files again; called whenever a thread starts.
   * @throws EngineError `rules` when a file cannot be read or parsed: a broken file never counts as an empty one.
   */
  refresh(): Promise<void>;
  /**
   * Writes a rule that allows commands which start with `prefix` to the default file; from then on it is in force for
   * every thread.
   * @throws EngineError `rules` when it could not be written; nothing has changed then.
   */
  allow(prefix: readonly string[]): Promise<void>;
}

/** Folders below the home and the ending of the files that count in each; the first is the one written to. */
const FOLDERS = [
  { name: "policy", ending: ".codexpolicy" },
  { name: "rules", ending: ".rules" },
] as const;
const DEFAULT_FILE = "default.codexpolicy";

/** @param enabled the feature `exec_policy`: without it there are no rules and no amendments. */
export function createRuleBook(options: { readonly home: string; readonly enabled: boolean }): RuleBook {
  const { home, enabled } = options;
  let policy: Policy = emptyPolicy;
  let loaded: readonly RuleFile[] = [];
  // One at a time: files that were read before an amendment must not replace the policy after it.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work);
    last = done.catch(() => {}); // whoever asked for the work is told; the next one goes on
    return done;
  };
  return {
    current: () => policy,
    refresh: () =>
      inTurn(async () => {
        if (!enabled) return;
        const files = await readRuleFiles(home);
        if (sameFiles(files, loaded)) return;
        policy = parseRules(files);
        loaded = files;
      }),
    allow: (prefix) =>
      inTurn(async () => {
        if (!enabled) throw failure("cannot append execpolicy rule because execpolicy feature is disabled");
        const path = join(home, "policy", DEFAULT_FILE);
        await appendRule(path, prefix);
        if (!allowsExactly(policy, prefix)) policy = withAllowRule(policy, prefix, { path });
      }),
  };
}

/**
 * The rules that a home has at the moment.
 * @throws EngineError `rules` with the file, and for what is in it the line, the column and the reason.
 */
export async function readHomePolicy(home: string): Promise<Policy> {
  return parseRules(await readRuleFiles(home));
}

/** Regular files only, folder by folder, in the byte order of their names. Source: exec policy spec, section 1. */
async function readRuleFiles(home: string): Promise<readonly RuleFile[]> {
  const files: RuleFile[] = [];
  for (const { name, ending } of FOLDERS) {
    const folder = join(home, name);
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return [];
      throw failure(`failed to read execpolicy files from ${folder}: ${cause.message}`, cause);
    });
    const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending)).map((entry) => entry.name);
    for (const file of names.toSorted((left, right) => Buffer.from(left).compare(Buffer.from(right)))) {
      const path = join(folder, file);
      files.push({ path, text: await readRuleText(path) });
    }
  }
  return files;
}

/** A file that is not all UTF-8 is broken: a replaced character could turn one rule into another. */
async function readRuleText(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (cause) {
    throw failure(`failed to read execpolicy file ${path}: ${reasonOf(cause)}`, cause);
  }
}

function parseRules(files: readonly RuleFile[]): Policy {
  try {
    return parsePolicy(files);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw failure(`failed to parse execpolicy file ${cause.failure.path}: ${cause.message}`, cause);
  }
}

/** How long the lock of another process is waited for; a folder that cannot be written to is an error at once. */
const LOCK_WAIT_MS = 12_000;

/** Whole lines from concurrent writers, of this program or another, and none twice. */
async function appendRule(path: string, prefix: readonly string[]): Promise<void> {
  try {
    const line = formatAllowRule(prefix);
    await mkdir(dirname(path), { mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
    });
    const lock = await waitForLockFile(path, { waitMs: LOCK_WAIT_MS });
    try {
      await appendLine(path, line);
    } finally {
      await lock.release();
    }
  } catch (cause) {
    throw failure(reasonOf(cause), cause);
  }
}

/** A link in the place of the file is refused: rules are not read through links either. */
const READ_AND_APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

async function appendLine(path: string, line: string): Promise<void> {
  await using file = await open(path, READ_AND_APPEND, 0o600);
  const text = await file.readFile("utf8");
  if (text.split("\n").some((existing) => existing.trim() === line)) return;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  await file.write(`${gap}${line}\n`);
}

function allowsExactly({ rules }: Policy, prefix: readonly string[]): boolean {
  return rules.some(
    ({ decision, pattern }) =>
      decision === "allow" &&
      pattern.length === prefix.length &&
      pattern.every((accepted, at) => accepted.length === 1 && accepted[0] === prefix[at]),
  );
}

function sameFiles(a: readonly RuleFile[], b: readonly RuleFile[]): boolean {
  return a.length === b.length && a.every((file, at) => file.path === b[at]?.path && file.text === b[at]?.text);
}

function failure(reason: string, cause?: unknown): EngineError {
  return new EngineError({ kind: "rules", reason }, { cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
