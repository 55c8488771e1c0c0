import { EngineError, readPastCommands, type PastCommand } from "@heddle/core";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createSink } from "../exec/sink.ts";
import { loadPolicy } from "../policy/settings.ts";
import { simulate } from "../policy/simulate.ts";
import { describeSimulation, type SimulationReport } from "../policy/simulation-text.ts";
import type { ProcessContext } from "../runtime/process.ts";

/** What `heddle policy simulate` was asked. */
export interface SimulateOptions {
  /** Rule files instead of those of the home. */
  readonly ruleFiles: readonly string[] | null;
  /** Rollouts, or folders of them; empty: the threads of the home. */
  readonly paths: readonly string[];
  readonly json: boolean;
  readonly overrides: readonly string[];
}

/**
 * `heddle policy simulate`: decides the commands of stored threads anew and says what would be different. Only reads.
 * @throws RuleFileError, EngineError `rules`, ConfigError, and the error of the file system for a path that is not there.
 */
export async function runPolicySimulate(context: ProcessContext, options: SimulateOptions): Promise<number> {
  const { ruleFiles, paths, json, overrides } = options;
  const { home, policy } = await loadPolicy(context, { ruleFiles, overrides });
  const files =
    paths.length === 0
      ? await storedThreads(home)
      : await namedThreads(paths.map((path) => resolve(context.cwd, path)));
  const commands: PastCommand[] = [];
  const skipped: { path: string; reason: string }[] = [];
  for (const path of files) {
    try {
      for (const command of await readPastCommands(path)) commands.push(command);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      skipped.push({ path, reason: error.message });
    }
  }
  const report: SimulationReport = { threads: files.length - skipped.length, skipped, ...simulate(policy, commands) };
  const stdout = createSink(process.stdout);
  stdout.write(`${json ? JSON.stringify(report) : describeSimulation(report).join("\n")}\n`);
  await stdout.flushed();
  return 0;
}

/** A home in which nothing was ever started has none. */
async function storedThreads(home: string): Promise<readonly string[]> {
  const folder = join(home, "sessions");
  const there = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return there === null ? [] : rolloutsBelow(folder);
}

async function namedThreads(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => ((await stat(path)).isDirectory() ? rolloutsBelow(path) : [path])),
  );
  return [...new Set(found.flat())];
}

/** Links are not followed. */
async function rolloutsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl"))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
