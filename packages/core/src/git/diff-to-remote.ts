import { copyFile, mkdtemp, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { runGit, type GitPlace } from "./run-git.ts";

/** What a working tree has that no remote has, or why that cannot be said. */
export type RemoteDiff =
  | {
      readonly ok: true;
      /** The nearest ancestor of HEAD, or HEAD itself, that a remote has, as far as this repository knows. */
      readonly sha: string;
      /** A unified diff against it, untracked files included; paths from the root of the repository. */
      readonly diff: string;
    }
  | { readonly ok: false; readonly reason: string };

/** Commits that are compared when a remote has several ancestors of HEAD and none of them is the ancestor of another. */
const MAX_CANDIDATES = 32;

/**
 * Compares the working tree of the repository that holds `cwd` with the nearest commit that a remote has.
 * Nothing in the repository changes and nothing that it configures is run: no hook, no diff program, no filter of its own.
 * @param options.tempDir where a copy of the index may lie for the time being.
 * @throws the reason of `signal`.
 */
export async function diffToRemote(
  cwd: string,
  options: Pick<GitPlace, "env" | "signal"> & { readonly tempDir: string },
): Promise<RemoteDiff> {
  const { env, signal, tempDir } = options;
  const top = await runGit(["rev-parse", "--show-toplevel", "--absolute-git-dir"], { cwd, env, signal });
  const [root, gitDir] = top.stdout.split("\n");
  if (!top.ok || root === undefined || gitDir === undefined || root === "") return failed(top.stderr, "no work tree");
  const place: GitPlace = { cwd: root, env, signal };
  const sha = await nearestOnRemote(place);
  if (sha === null) return { ok: false, reason: "no ancestor of HEAD is known to be on a remote" };
  const folder = await mkdtemp(join(tempDir, "heddle-index-"));
  try {
    // Into a copy of the index: Git then shows untracked files as new ones, in one run.
    const index = join(folder, "index");
    await copyIndex(join(gitDir, "index"), index);
    const copy: GitPlace = { ...place, env: { ...env, GIT_INDEX_FILE: index } };
    const own = await ownFilters(place);
    const added = await runGit([...own, "add", "--intent-to-add", "--", "."], copy);
    if (!added.ok) return failed(added.stderr, "the untracked files cannot be read");
    const diff = await runGit([...own, "diff", ...DIFF_FLAGS, sha, "--"], copy);
    return diff.ok ? { ok: true, sha, diff: diff.stdout } : failed(diff.stderr, "git diff failed");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Copies an index together with its age: files that changed in the same moment as the index are compared by content, and
 * a copy that looks newer would hide them. A repository without an index has nothing staged.
 */
async function copyIndex(from: string, to: string): Promise<void> {
  const original = await stat(from).catch(() => null);
  if (original === null) return;
  await copyFile(from, to);
  // A little older, as the clock of the file may be finer than what can be set: then one more file is compared.
  const age = new Date(original.mtimeMs - 1);
  await utimes(to, age, age);
}

const DIFF_FLAGS = [
  ...["--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"],
  ...["--binary", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=dirty"],
];

function failed(stderr: string, otherwise: string): RemoteDiff {
  return { ok: false, reason: stderr.trim().split("\n").at(-1) || otherwise };
}

/** HEAD when a remote has it; else the ancestor that a remote has with the fewest commits since. */
async function nearestOnRemote(place: GitPlace): Promise<string | null> {
  const head = await runGit(["rev-parse", "--verify", "HEAD^{commit}"], place);
  if (!head.ok) return null;
  const unpublished = await runGit(["rev-list", "--boundary", "--topo-order", "HEAD", "--not", "--remotes"], place);
  if (!unpublished.ok) return null;
  const commits = unpublished.stdout.split("\n").filter((line) => line !== "");
  if (commits.length === 0) return head.stdout.trim();
  const boundary = commits.filter((line) => line.startsWith("-")).map((line) => line.slice(1));
  let nearest: { readonly sha: string; readonly distance: number } | null = null;
  for (const sha of boundary.slice(0, MAX_CANDIDATES)) {
    const count = await runGit(["rev-list", "--count", `${sha}..HEAD`], place);
    const distance = Number(count.stdout);
    if (count.ok && (nearest === null || distance < nearest.distance)) nearest = { sha, distance };
  }
  return nearest?.sha ?? null;
}

/** Flags that switch off the filters which the repository itself configures: each is a program that it would have run. */
async function ownFilters(place: GitPlace): Promise<readonly string[]> {
  const query = ["config", "--null", "--show-scope", "--name-only", "--get-regexp", String.raw`^filter\..*`];
  const { stdout } = await runGit(query, place);
  const fields = stdout.split("\0");
  const names = new Set<string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = /^filter\.(.*)\.[^.]+$/s.exec(fields[at + 1] ?? "")?.[1];
    if (name !== undefined && (fields[at] === "local" || fields[at] === "worktree")) names.add(name);
  }
  return [...names].flatMap((name) =>
    ["clean=", "smudge=", "process=", "required=false"].flatMap((setting) => ["-c", `filter.${name}.${setting}`]),
  );
}
