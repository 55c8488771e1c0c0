import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { mainRepositoryRoot } from "../git/git-info.ts";
import { readSkillHeader } from "./skill-file.ts";

/** Instructions for a kind of task that a model reads when it needs them. */
export interface Skill {
  readonly name: string;
  readonly description: string;
  /** Its `SKILL.md`, absolute. */
  readonly path: string;
  /** Whose it is: the user's own, or the repository's, which may be anybody's. */
  readonly scope: "user" | "repo";
}

/** The skills of a place, and the files that are none although they should be. */
export interface FoundSkills {
  /** By name, then by path. */
  readonly skills: readonly Skill[];
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

const FILE = "SKILL.md";
/** A header stands at the beginning. */
const MAX_HEADER_BYTES = 16 * 1024;
/** A tree that somebody has put there by mistake must not hold a thread up. */
const MAX_FOLDERS = 2_000;

/**
 * Looks for skills in the home and in the repository around `cwd`. Hidden folders and links are left out. Never
 * rejects: what cannot be read is an error of its own, and a folder that is not there is none.
 * Source: engine spec, section 3.3.
 */
export async function discoverSkills({
  home,
  cwd,
}: {
  readonly home: string;
  readonly cwd: string;
}): Promise<FoundSkills> {
  const repository = await mainRepositoryRoot(cwd);
  const ofRepository =
    repository === null ? [] : [join(repository, ".codex", "skills"), join(repository, ".heddle", "skills")];
  const found = await Promise.all([
    searchBelow(join(home, "skills"), "user"),
    ...ofRepository.map((root) => searchBelow(root, "repo")),
  ]);
  return {
    skills: found
      .flatMap(({ skills }) => skills)
      .toSorted((a, b) => compare(a.name, b.name) || compare(a.path, b.path)),
    errors: found.flatMap(({ errors }) => errors),
  };
}

async function searchBelow(root: string, scope: Skill["scope"]): Promise<FoundSkills> {
  const skills: Skill[] = [];
  const errors: FoundSkills["errors"][number][] = [];
  const folders = [root];
  for (let at = 0; at < Math.min(folders.length, MAX_FOLDERS); at += 1) {
    const folder = folders[at] ?? root;
    for (const entry of await entriesOf(folder, (message) => errors.push({ path: folder, message }))) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile() || entry.name !== FILE) continue;
      const header = await readHeader(path);
      if (header.type === "skill") skills.push({ name: header.name, description: header.description, path, scope });
      else errors.push({ path, message: header.reason });
    }
  }
  if (folders.length > MAX_FOLDERS) {
    errors.push({ path: root, message: `it has more than ${MAX_FOLDERS} folders: the others were not looked through` });
  }
  return { skills, errors };
}

async function entriesOf(folder: string, fail: (message: string) => void) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const isMissing =
      error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
    if (!isMissing) fail(error instanceof Error ? error.message : String(error));
    return [];
  }
}

async function readHeader(path: string): ReturnType<typeof readSkillHeader> {
  try {
    const handle = await open(path, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_HEADER_BYTES), 0, MAX_HEADER_BYTES, 0);
      return await readSkillHeader(buffer.toString("utf8", 0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { type: "invalid", reason: error instanceof Error ? error.message : String(error) };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
