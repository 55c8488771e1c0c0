import { appendFile, mkdir, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  emptyPolicy,
  formatAllowRule,
  parsePolicy,
  withAllowRule,
  type Policy,
  type RuleFile,
} from "@heddle/execpolicy";
import lockfile from "proper-lockfile";
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
   * Allows commands that start with `prefix`, at once for every thread, and writes the rule to the default file.
   * @throws EngineError `rules` when it could not be written; the rule is in force for this process all the same.
   */
  allow(prefix: readonly string[]): Promise<void>;
}

/** Folders below the home and the ending of the files that count in each; the first is the one written to. */
const FOLDERS = [
  { name: "policy", ending: ".codexpolicy" },
  { name: "rules", ending: ".rules" },
] as const;
const DEFAULT_FILE = "default.codexpolicy";
/** How long a writer waits for another process's lock: fifty tries, 20 to 100 ms apart. */
const LOCK = { stale: 10_000, realpath: false, retries: { retries: 50, minTimeout: 20, maxTimeout: 100 } } as const;

/** @param enabled the feature `exec_policy`: without it there are no rules and no amendments. */
export function createRuleBook(options: { readonly home: string; readonly enabled: boolean }): RuleBook {
  const { home, enabled } = options;
  let policy: Policy = emptyPolicy;
  let loaded: readonly RuleFile[] = [];
  return {
    current: () => policy,
    async refresh() {
      if (!enabled) return;
      const files = await readRuleFiles(home);
      if (sameFiles(files, loaded)) return;
      policy = parse(files);
      loaded = files;
    },
    async allow(prefix) {
      if (!enabled)
        throw new EngineError({
          kind: "rules",
          reason: "cannot append execpolicy rule because execpolicy feature is disabled",
        });
      if (prefix.length === 0)
        throw new EngineError({ kind: "rules", reason: "prefix rule requires at least one token" });
      const path = join(home, "policy", DEFAULT_FILE);
      policy = withAllowRule(policy, prefix, { path });
      await appendRule(path, formatAllowRule(prefix));
    },
  };
}

async function readRuleFiles(home: string): Promise<readonly RuleFile[]> {
  const files: RuleFile[] = [];
  for (const { name, ending } of FOLDERS) {
    const folder = join(home, name);
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return [];
      throw new EngineError(
        { kind: "rules", reason: `failed to read execpolicy files from ${folder}: ${cause.message}` },
        { cause },
      );
    });
    const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending)).map((entry) => entry.name);
    for (const file of names.toSorted()) {
      const path = join(folder, file);
      const text = await readFile(path, "utf8").catch((cause: Error) => {
        throw new EngineError(
          { kind: "rules", reason: `failed to read execpolicy file ${path}: ${cause.message}` },
          { cause },
        );
      });
      files.push({ path, text });
    }
  }
  return files;
}

function parse(files: readonly RuleFile[]): Policy {
  try {
    return parsePolicy(files);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError({ kind: "rules", reason: `failed to parse execpolicy file: ${reason}` }, { cause });
  }
}

/** One line under the lock: whole lines from concurrent writers, and none twice. */
async function appendRule(path: string, line: string): Promise<void> {
  try {
    await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
    const release = await lockfile.lock(path, LOCK);
    try {
      const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT") return "";
        throw cause;
      });
      if (text.split("\n").some((existing) => existing.trim() === line)) return;
      const gap = text === "" || text.endsWith("\n") ? "" : "\n";
      await appendFile(path, `${gap}${line}\n`, { mode: 0o600 });
    } finally {
      await release();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError({ kind: "rules", reason: `Failed to apply execpolicy amendment: ${reason}` }, { cause });
  }
}

function sameFiles(a: readonly RuleFile[], b: readonly RuleFile[]): boolean {
  return a.length === b.length && a.every((file, at) => file.path === b[at]?.path && file.text === b[at]?.text);
}
