import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ConfigTable } from "../schema/fields/root.ts";
import type { TrustLevel } from "./resolved-config.ts";

/**
 * The trust level of a working directory: that of its own entry under `[projects]`, else that of the repository it is
 * in. Source: configuration spec, section 3.5.
 */
export async function findTrustLevel(projects: ConfigTable["projects"], cwd: string): Promise<TrustLevel | null> {
  if (projects === undefined || Object.keys(projects).length === 0) return null;
  const own = trustOf(projects, cwd);
  if (own !== null) return own;
  const root = await findProjectRoot(cwd);
  return root === null ? null : trustOf(projects, root);
}

function trustOf(projects: Exclude<ConfigTable["projects"], undefined>, path: string): TrustLevel | null {
  return (Object.hasOwn(projects, path) ? projects[path]?.trust_level : undefined) ?? null;
}

/**
 * The root of the repository of a folder, null outside of one: what trust is given to. A linked worktree belongs to
 * its main checkout.
 */
export async function findProjectRoot(cwd: string): Promise<string | null> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const dotGit = join(folder, ".git");
    const kind = await kindOf(dotGit);
    if (kind === "folder") return folder;
    if (kind === "file") return (await mainCheckout(dotGit)) ?? folder;
    if (folder === dirname(folder)) return null;
  }
}

async function kindOf(path: string): Promise<"file" | "folder" | null> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch {
    return null; // not there, or out of reach: not the root of a repository that we can know about
  }
}

/**
 * The main checkout of a linked worktree, null when it is none. `.git` files come with repositories that strangers
 * wrote, so the main checkout has to know the worktree, too: otherwise a folder could claim somebody's trust for itself.
 */
async function mainCheckout(dotGit: string): Promise<string | null> {
  try {
    const pointer = /^gitdir: (.+)$/m.exec(await readFile(dotGit, "utf8"))?.[1];
    if (pointer === undefined) return null;
    const gitDir = resolve(dirname(dotGit), pointer.trim());
    const common = resolve(gitDir, (await readFile(join(gitDir, "commondir"), "utf8")).trim());
    const registered = resolve(gitDir, (await readFile(join(gitDir, "gitdir"), "utf8")).trim());
    const known =
      dirname(await realpath(gitDir)) === join(await realpath(common), "worktrees") &&
      (await realpath(registered)) === (await realpath(dotGit));
    return known ? dirname(common) : null;
  } catch {
    return null; // no worktree, a submodule for example: a repository of its own
  }
}
