import { commitPatch, parsePatch, planPatch, PatchError, type FilePort } from "@heddle/apply-patch";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTurnFiles, type TurnFiles } from "./turn-files.ts";

const SECRET = "token-of-a-person";

interface Workspace extends AsyncDisposable {
  readonly base: string;
  readonly home: string;
  readonly cwd: string;
}

/** The files of a turn in `cwd`, with the home's credentials and `private` below it hidden. */
function turnFiles({ home, base }: Workspace, cwd: string): TurnFiles {
  const sandboxPolicy = {
    type: "workspace-write",
    writableRoots: [],
    networkAccess: false,
    excludeSlashTmp: true,
    excludeTmpdirEnvVar: true,
  } as const;
  return createTurnFiles({
    settings: { cwd, sandboxPolicy },
    env: {},
    hidden: [join(home, "auth.json"), join(base, "private")],
  });
}

async function secretWorkspace(): Promise<Workspace> {
  const base = await realpath(await mkdtemp(join(tmpdir(), "heddle-turn-files-")));
  const [home, cwd] = [join(base, "home"), join(base, "ws")];
  for (const folder of [home, cwd, join(base, "private")]) await mkdir(folder);
  await writeFile(join(cwd, "a.txt"), "one\n");
  await writeFile(join(home, "config.toml"), "one\n");
  await writeFile(join(home, "auth.json"), `${SECRET}\n`);
  await writeFile(join(base, "private", "notes.txt"), `${SECRET}\n`);
  return { base, home, cwd, [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }) };
}

/** Applies a patch of one line; gives the error, or null. */
async function update(path: string, files: FilePort, cwd: string): Promise<PatchError | null> {
  const patch = `*** Begin Patch\n*** Update File: ${path}\n@@\n-one\n+two\n*** End Patch`;
  try {
    await commitPatch(await planPatch(parsePatch(patch), { cwd, files }), files);
    return null;
  } catch (error) {
    if (error instanceof PatchError) return error;
    throw error;
  }
}

test.each([
  ["our credentials", "../home/auth.json"],
  ["a file in a denied folder", "../private/notes.txt"],
  ["our credentials by way of a link", "credentials-link"],
  ["a denied folder by way of a link", "private-link/notes.txt"],
])("a patch cannot read %s, not even an approved one", async (_, path) => {
  await using workspace = await secretWorkspace();
  const { cwd, home, base } = workspace;
  await symlink(join(home, "auth.json"), join(cwd, "credentials-link"));
  await symlink(join(base, "private"), join(cwd, "private-link"));
  const { free, guarded } = turnFiles(workspace, cwd);
  for (const files of [free, guarded]) {
    const error = await update(path, files, cwd);
    expect(error?.failure).toMatchObject({ kind: "read-failed", code: "EACCES" });
    expect(JSON.stringify(error?.failure)).not.toContain(SECRET);
  }
});

test("other files can be read, and written below the roots alone", async () => {
  await using workspace = await secretWorkspace();
  const { cwd, home } = workspace;
  const { free, guarded } = turnFiles(workspace, cwd);
  expect((await update("../home/config.toml", guarded, cwd))?.failure).toMatchObject({ code: "EACCES" });
  expect(await update("a.txt", guarded, cwd)).toBe(null);
  expect(await update("../home/config.toml", free, cwd)).toBe(null);
  expect(await readFile(join(home, "config.toml"), "utf8")).toBe("two\n");
});

test("a workspace that is reached by way of a link can be written, but not what links in it lead to", async () => {
  await using workspace = await secretWorkspace();
  const { cwd, base, home } = workspace;
  const linked = join(base, "linked");
  await symlink(cwd, linked);
  await symlink(home, join(cwd, "out"));
  const { guarded } = turnFiles(workspace, linked);
  expect(await update("a.txt", guarded, linked)).toBe(null);
  expect(await readFile(join(cwd, "a.txt"), "utf8")).toBe("two\n");
  expect((await update("out/config.toml", guarded, linked))?.failure).toMatchObject({ code: "EACCES" });
});

test("the diff of a turn names files from the root of the repository, however they are reached", async () => {
  await using workspace = await secretWorkspace();
  const { cwd, base } = workspace;
  await mkdir(join(cwd, ".git"));
  const linked = join(base, "linked");
  await symlink(cwd, linked);
  await symlink("a.txt", join(cwd, "link-to-a"));
  const files = turnFiles(workspace, linked);
  const text = `*** Begin Patch
*** Add File: sub/b.txt
+new
*** Update File: link-to-a
@@
-one
+two
*** End Patch`;
  const plan = await planPatch(parsePatch(text), { cwd: linked, files: files.guarded });
  await commitPatch(plan, files.guarded);
  const headers = (await files.recordChanges(plan)).split("\n").filter((line) => line.startsWith("diff "));
  expect(headers).toEqual(["diff --git a/a.txt b/a.txt", "diff --git a/sub/b.txt b/sub/b.txt"]);
});
