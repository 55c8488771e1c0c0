import { join, resolve } from "node:path";
import { entryAt, isWithin, realPathOf } from "./paths.ts";
import type { Environment, SandboxPolicy } from "./policy.ts";
import { protectedTargets } from "./view/git-pointer.ts";

/** A folder below which commands may write, but for some paths in it. */
export interface WritableRoot {
  /** A real path, or the name by which the policy reaches it. */
  readonly root: string;
  /** Below the root, there or not. */
  readonly readOnlySubpaths: readonly string[];
}

/** A root as the policy names it. */
export interface NamedRoot {
  readonly path: string;
  /** Whether names that are protected are kept from being made too; not in the temporary folders, which others share. */
  readonly protectAbsent: boolean;
}

/** Children of every root that commands must not change: what lies there is run or obeyed outside the sandbox. */
export const PROTECTED_NAMES = [".git", ".codex", ".heddle"] as const;

/** The roots of a policy in their order: the configured ones, the folder of the turn, `/tmp`, `$TMPDIR`. */
export function namedRoots(policy: SandboxPolicy, cwd: string, env: Environment): readonly NamedRoot[] {
  switch (policy.type) {
    case "danger-full-access":
    case "read-only":
      return [];
    case "workspace-write": {
      const tmpdir = env["TMPDIR"] ?? "";
      return [
        ...policy.writableRoots.map((root) => ({ path: resolve(cwd, root), protectAbsent: true })),
        { path: resolve(cwd), protectAbsent: true },
        ...(policy.excludeSlashTmp || process.platform === "win32" ? [] : [{ path: "/tmp", protectAbsent: false }]),
        ...(policy.excludeTmpdirEnvVar || tmpdir === "" ? [] : [{ path: resolve(cwd, tmpdir), protectAbsent: false }]),
      ];
    }
  }
}

/**
 * The folders that commands under this policy may write to, with what in them stays read-only: `.git` (a pointer file
 * with the folders it names too), `.codex`, `.heddle`, Heddle's home. Roots that do not exist are left out; one that is
 * named by way of a link is there under both names. Empty for the other policies: under `danger-full-access` there is
 * nothing to ask.
 */
export function writableRoots(policy: SandboxPolicy, cwd: string, env: Environment): readonly WritableRoot[] {
  const roots = new Map<string, { protectAbsent: boolean }>();
  for (const { path, protectAbsent } of namedRoots(policy, cwd, env)) {
    const real = realPathOf(path);
    if (real === null) continue;
    for (const root of [real, path]) {
      const known = roots.get(root);
      roots.set(root, { protectAbsent: protectAbsent || known?.protectAbsent === true });
    }
  }
  const home = heddleHome(env);
  return [...roots].map(([root, { protectAbsent }]) => {
    const names = PROTECTED_NAMES.map((name) => join(root, name)).filter(
      (path) => protectAbsent || entryAt(path) !== null,
    );
    const elsewhere = [...names.flatMap(protectedTargets), ...(home === null ? [] : [home])];
    return { root, readOnlySubpaths: [...new Set([...names, ...elsewhere.filter((path) => isWithin(path, root))])] };
  });
}

/** Heddle's home, there or not; a real path if it is there. Source: the configuration specification, section 1. */
export function heddleHome(env: Environment): string | null {
  const named = env["HEDDLE_HOME"] || env["CODEX_HOME"];
  const home = named || (env["HOME"] ? join(env["HOME"], ".heddle") : null);
  return home === null ? null : (realPathOf(home) ?? resolve(home));
}

/**
 * Whether `path` is below a root and not below one of its read-only paths. Of roots that lie in one another the innermost
 * decides: what it protects no outer one gives away, and it may lie in what an outer one protects. Compares names, see
 * `resolveTarget`.
 */
export function isWritable(path: string, roots: readonly WritableRoot[]): boolean {
  const around = roots.filter(({ root }) => isWithin(path, root));
  const innermost = Math.max(...around.map(({ root }) => root.length));
  const deciding = around.filter(({ root }) => root.length === innermost);
  return (
    deciding.length > 0 &&
    deciding.every(({ readOnlySubpaths }) => !readOnlySubpaths.some((subpath) => isWithin(path, subpath)))
  );
}
