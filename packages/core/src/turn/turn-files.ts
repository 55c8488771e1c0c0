import { createTurnDiff, type FilePort, type PatchPlan, type TurnDiff } from "@heddle/apply-patch";
import { isWritable, writableRoots } from "@heddle/sandbox";
import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import { readGuardOf } from "../files/hidden-files.ts";
import { createNodeFilePort } from "../files/node-file-port.ts";
import { readVisibleFile } from "../files/read-visible.ts";
import { blobId } from "../git/blob-id.ts";
import { findRepositoryRoot } from "../git/git-info.ts";
import type { ThreadSettings } from "../settings/settings.ts";

/** The files of a turn, as its patches see and change them. */
export interface TurnFiles {
  /** Writes wherever the process may: for plans that a person or the policy has let out of the sandbox. */
  readonly free: FilePort;
  /** Writes below the writable roots only, each target resolved at the moment of writing. */
  readonly guarded: FilePort;
  /** The content of a regular file, wherever links lead to it. @throws an error for a hidden one, and for what is none. */
  read(path: string): Promise<Uint8Array>;
  /** Whether tools may read what a path leads to, all links followed: some files are hidden from everybody. */
  isReadable(path: string): Promise<boolean>;
  /** Adds what a patch changed and gives the whole diff of the turn. */
  recordChanges(plan: PatchPlan): Promise<string>;
}

/** @param settings those of the turn: its folder and policy decide on the guard. */
export function createTurnFiles(options: {
  readonly settings: Pick<ThreadSettings, "cwd" | "sandboxPolicy">;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files and folders, absolute, that no patch and no tool may read, whoever has approved it. */
  readonly hidden: readonly string[];
}): TurnFiles {
  const { settings, env, hidden } = options;
  const { cwd, sandboxPolicy } = settings;
  // Each root by its real path too: that is what the guard is asked about.
  const roots = writableRoots(sandboxPolicy, cwd, env);
  const guard = (path: string): boolean => sandboxPolicy.type === "danger-full-access" || isWritable(path, roots);
  const readGuard = readGuardOf(hidden);
  let turnDiff: Promise<TurnDiff> | null = null;
  return {
    free: createNodeFilePort({ readGuard }),
    guarded: createNodeFilePort({ guard, readGuard }),
    read: (path) => readVisibleFile(path, readGuard),
    async isReadable(path) {
      const real = await realpath(path).catch(() => path); // what is not there is said by whoever looks for it
      return readGuard(real);
    },
    async recordChanges(plan) {
      turnDiff ??= repositoryRoots(cwd).then((roots) => createTurnDiff({ displayPath: displayIn(roots), blobId }));
      const diff = await turnDiff;
      diff.record(plan.effects);
      return diff.render();
    },
  };
}

/** By the name that the turn has for it, and by its real path: a plan names what it reaches by a link by the latter. */
async function repositoryRoots(cwd: string): Promise<readonly string[]> {
  const root = await findRepositoryRoot(cwd);
  return root === null ? [] : [root, await realpath(root).catch(() => root)];
}

/** Paths as a diff shows them: from the root of the repository, outside of one absolute; always with `/`. */
function displayIn(roots: readonly string[]): (path: string) => string {
  return (path) => {
    const inside = roots.map((root) => relative(root, path)).find((shown) => shown.split(sep, 1)[0] !== "..");
    return (inside ?? path).replaceAll(sep, "/");
  };
}
