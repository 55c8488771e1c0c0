import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryFiles, type MemoryFiles, type TreeEntry } from "../../test/memory-files.ts";
import { PatchError } from "../error.ts";
import { parsePatch } from "../parse/parse.ts";
import { planPatch } from "../plan/plan-patch.ts";
import { commitPatch } from "./commit-patch.ts";

type Tree = Record<string, TreeEntry>;

function plan(files: MemoryFiles, lines: readonly string[]): ReturnType<typeof planPatch> {
  const text = ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
  return planPatch(parsePatch(text), { cwd: "/w", files });
}

async function apply(files: MemoryFiles, ...lines: readonly string[]): Promise<Tree> {
  await commitPatch(await plan(files, lines), files);
  return files.snapshot();
}

describe("a patch is committed", () => {
  test("with files added, changed, moved and removed, and directories made", async () => {
    const files = createMemoryFiles({ "/w/a": "1\n", "/w/b": { text: "2\n", mode: 0o755 }, "/w/c/d": "3\n" });
    const patch = ["*** Add File: new/deep/n", "+n", "*** Update File: a", "-1", "+one"];
    const moves = ["*** Update File: b", "*** Move to: moved/b", "-2", "+two", "*** Delete File: c/d"];
    expect(await apply(files, ...patch, ...moves)).toEqual({
      "/w/a": "one\n",
      "/w/c": { directory: true },
      "/w/moved/b": { text: "two\n", mode: 0o755 },
      "/w/new/deep/n": "n\n",
    });
  });

  test("through links, which stay", async () => {
    const files = createMemoryFiles({
      "/w/real": "1\n",
      "/w/link": { symlink: "real" },
      "/w/new": { symlink: "gone" },
    });
    expect(await apply(files, "*** Update File: link", "-1", "+2", "*** Add File: new", "+n")).toEqual({
      "/w/real": "2\n",
      "/w/link": { symlink: "real" },
      "/w/new": { symlink: "gone" },
      "/w/gone": "n\n",
    });
  });

  test("with all names of a file seeing its new content", async () => {
    const files = createMemoryFiles({ "/w/a": "1\n" });
    files.hardLink("/w/a", "/w/b");
    expect(await apply(files, "*** Update File: a", "-1", "+2")).toEqual({ "/w/a": "2\n", "/w/b": "2\n" });
  });

  test("with a deleted name of a file leaving the others alone, also when it comes back", async () => {
    const files = createMemoryFiles({ "/w/a": "1\n" });
    files.hardLink("/w/a", "/w/b");
    expect(await apply(files, "*** Delete File: a", "*** Add File: a", "+2")).toEqual({ "/w/a": "2\n", "/w/b": "1\n" });
  });

  test("with a file in the place of a removed link", async () => {
    const files = createMemoryFiles({ "/w/real": "1\n", "/w/link": { symlink: "real" } });
    expect(await apply(files, "*** Delete File: link", "*** Add File: link", "+2")).toEqual({
      "/w/real": "1\n",
      "/w/link": "2\n",
    });
  });

  test("with a directory in the place of a removed file", async () => {
    const files = createMemoryFiles({ "/w/d": { text: "1\n", mode: 0o755 } });
    const patch = ["*** Update File: d", "*** Move to: e", " 1", "*** Add File: d/x", "+x"];
    expect(await apply(files, ...patch)).toEqual({ "/w/e": { text: "1\n", mode: 0o755 }, "/w/d/x": "x\n" });
  });

  test("by renaming staged files, so that each name has the old content or the new one at any moment", async () => {
    const files = createMemoryFiles({ "/w/a": "1\n", "/w/b": "2\n" });
    const seen: unknown[] = [];
    files.beforeOperation = () => seen.push(files.snapshot()["/w/a"]);
    await apply(files, "*** Update File: a", "-1", "+one", "*** Update File: b", "-2", "+two");
    expect(new Set(seen)).toEqual(new Set(["1\n", "one\n"]));
    expect(files.operations).toEqual([
      "create /w/TEMPORARY.staged",
      "create /w/TEMPORARY.staged",
      "link /w/TEMPORARY.backup",
      "rename /w/a",
      "link /w/TEMPORARY.backup",
      "rename /w/b",
      "remove /w/TEMPORARY.backup",
      "remove /w/TEMPORARY.backup",
    ]);
  });

  test("in place where a file may be written but nothing be created beside it", async () => {
    const files = createMemoryFiles({ "/w/a": "1\n" });
    files.create = () => Promise.reject(Object.assign(new Error("closed"), { code: "EACCES" }));
    expect(await apply(files, "*** Update File: a", "-1", "+2")).toEqual({ "/w/a": "2\n" });
    expect(files.operations.filter((operation) => !operation.includes("TEMPORARY"))).toEqual(["overwrite /w/a"]);
  });

  test("with a copy as backup where the file system has no hard links", async () => {
    const files = createMemoryFiles({ "/w/a": { text: "1\n", mode: 0o600 } });
    files.link = () => Promise.reject(Object.assign(new Error("not here"), { code: "EPERM" }));
    expect(await apply(files, "*** Update File: a", "-1", "+2")).toEqual({ "/w/a": { text: "2\n", mode: 0o600 } });
  });
});

describe("a patch is refused and nothing changes", () => {
  test.each<[string, Tree]>([
    ["has other content", { "/w/a": "other\n", "/w/b": "2\n" }],
    ["is gone", { "/w/b": "2\n" }],
    ["is a link now", { "/w/a": { symlink: "b" }, "/w/b": "1\n" }],
    ["is where nothing was", { "/w/a": "1\n", "/w/b": "2\n", "/w/new": "here\n" }],
    [
      "is reached through a directory that is a link now",
      { "/other/a": "1\n", "/other/b": "2\n", "/w": { symlink: "/other" } },
    ],
  ])("when a file %s since the plan was made", async (_what, tree) => {
    const planned = await plan(createMemoryFiles({ "/w/a": "1\n", "/w/b": "2\n" }), [
      "*** Update File: b",
      "-2",
      "+two",
      "*** Delete File: a",
      "*** Add File: new",
    ]);
    const files = createMemoryFiles(tree);
    await expect(commitPatch(planned, files)).rejects.toMatchObject({
      name: "PatchError",
      phase: "commit",
      failure: { kind: "changed-since-planned" },
    });
    expect([files.snapshot(), files.operations]).toEqual([tree, []]);
  });
});

/** A patch with every kind of step: staged, in place, through a link, over a file, moved, removed, directories made. */
const EVERYTHING = [
  ...["*** Add File: new/deep/n", "+n"],
  ...["*** Add File: over", "+over"],
  ...["*** Update File: linked", "-1", "+one"],
  ...["*** Update File: link", "-2", "+two"],
  ...["*** Update File: moved", "*** Move to: target/m", "-3", "+three"],
  ...["*** Update File: onto", "*** Move to: existing", "-4", "+four"],
  ...["*** Delete File: gone", "*** Delete File: dangling", "*** Delete File: d", "*** Add File: d/x", "+x"],
  ...["*** Delete File: swapped", "*** Add File: swapped", "+no link"],
];

function everything(): MemoryFiles {
  const files = createMemoryFiles({
    "/w/over": { bytes: [0xff] },
    "/w/linked": "1\n",
    "/w/real": { text: "2\n", mode: 0o755 },
    "/w/link": { symlink: "real" },
    "/w/moved": "3\n",
    "/w/onto": "4\n",
    "/w/existing": "5\n",
    "/w/gone": "6\n",
    "/w/dangling": { symlink: "nowhere" },
    "/w/d": "7\n",
    "/w/swapped": { symlink: "real" },
  });
  files.hardLink("/w/linked", "/w/linked-too");
  return files;
}

function withoutTemporary(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.includes(".heddle-")));
}

describe("when a step fails", () => {
  test.each([
    ["ENOSPC", ["link /w/TEMPORARY.backup", "remove /w/TEMPORARY.backup"]],
    ["EIO", ["link /w/TEMPORARY.backup", "remove /w/TEMPORARY.backup"]],
    [
      "EACCES",
      [
        "create /w/TEMPORARY.staged",
        "link /w/TEMPORARY.backup",
        "create /w/TEMPORARY.backup",
        "remove /w/TEMPORARY.backup",
      ],
    ],
  ])("with %s, the tree is as it was, whichever step it is", async (code, dispensable) => {
    const complete = everything();
    const before = complete.snapshot();
    const after = await apply(complete, ...EVERYTHING);
    const doneWithout = new Set<string>();
    for (let operation = 0; operation < complete.operations.length; operation++) {
      const files = everything();
      const planned = await plan(files, EVERYTHING);
      files.failAt(operation, code);
      const error = await commitPatch(planned, files).catch((error: unknown) => error);
      const name = files.operations[operation] ?? "";
      if (error === undefined) {
        // Something that can be done without: a hard link, a file beside the target, a backup's removal.
        doneWithout.add(name);
        expect([name, withoutTemporary(files.snapshot())]).toEqual([name, after]);
      } else {
        const expected = { name: "PatchError", phase: "commit", failure: { code, unrestored: [] } };
        expect({ operation: name, error }).toMatchObject({ operation: name, error: expected });
        expect([name, files.snapshot()]).toEqual([name, before]);
      }
    }
    expect([...doneWithout]).toEqual(dispensable);
  });

  test("and taking back fails too, the error names every file that is not as it was", async () => {
    const complete = everything();
    const before = complete.snapshot();
    await apply(complete, ...EVERYTHING);
    for (let operation = 0; operation < complete.operations.length; operation++) {
      const files = everything();
      const planned = await plan(files, EVERYTHING);
      files.failAt(operation, "EIO", Infinity);
      const error = await commitPatch(planned, files).catch((error: unknown) => error);
      const changed = Object.entries({ ...before, ...withoutTemporary(files.snapshot()) })
        .filter(
          ([path, entry]) => JSON.stringify(before[path]) !== JSON.stringify(entry) || !(path in files.snapshot()),
        )
        .map(([path]) => path);
      if (!(error instanceof PatchError)) {
        expect(error).toBe(undefined);
        continue;
      }
      expect(error.failure).toHaveProperty("unrestored");
      const named = "unrestored" in error.failure ? error.failure.unrestored.join("\n") : "";
      for (const path of changed.filter((path) => path !== "/w/linked-too")) expect(named).toContain(path);
    }
  });

  test("at random in a random patch, the tree is as it was or as it should be", async () => {
    const path = fc.constantFrom("a", "b", "d", "d/x", "link", "hard", "new/n");
    const hunk = fc.oneof(
      path.map((path) => [`*** Add File: ${path}`, "+added"]),
      path.map((path) => [`*** Delete File: ${path}`]),
      fc
        .tuple(path, fc.option(path))
        .map(([path, to]) => [`*** Update File: ${path}`, ...(to === null ? [] : [`*** Move to: ${to}`]), "+appended"]),
    );
    const tree = (): MemoryFiles => {
      const files = createMemoryFiles({
        "/w/keep": "",
        "/w/a": "a\n",
        "/w/b": "b\n",
        "/w/d": "d\n",
        "/w/link": { symlink: "b" },
      });
      files.hardLink("/w/a", "/w/hard");
      return files;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(hunk, { minLength: 1, maxLength: 5 }), fc.nat(20), async (hunks, operation) => {
        const complete = tree();
        const before = complete.snapshot();
        const planned = await plan(complete, hunks.flat()).catch(() => null);
        if (planned === null) return;
        await commitPatch(planned, complete);
        const after = complete.snapshot();
        expect(withoutTemporary(after)).toEqual(after);

        const files = tree();
        files.failAt(operation, "EIO");
        const error = await commitPatch(await plan(files, hunks.flat()), files).catch((error: unknown) => error);
        if (error === undefined) expect(withoutTemporary(files.snapshot())).toEqual(after);
        else expect(files.snapshot()).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });
});
