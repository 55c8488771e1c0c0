import { describe, expect, test } from "vitest";
import { createMemoryFiles, osError, type TreeEntry } from "../../test/memory-files.ts";
import { toFileChanges } from "../diff/file-changes.ts";
import { PatchError } from "../error.ts";
import type { PatchFailure } from "../failure.ts";
import { parsePatch } from "../parse/parse.ts";
import type { PatchPlan } from "./plan.ts";
import { planPatch } from "./plan-patch.ts";

type Tree = Record<string, TreeEntry>;

async function plan(tree: Tree, ...lines: readonly string[]): Promise<PatchPlan> {
  const files = createMemoryFiles(tree);
  const before = files.snapshot();
  const planned = await planPatch(parsePatch(["*** Begin Patch", ...lines, "*** End Patch"].join("\n")), {
    cwd: "/w",
    files,
  });
  expect([files.operations, files.snapshot()]).toEqual([[], before]);
  return planned;
}

async function failure(tree: Tree, ...lines: readonly string[]): Promise<PatchFailure | null> {
  const error = await plan(tree, ...lines).catch((error: unknown) => error);
  if (!(error instanceof PatchError)) return null;
  expect(error.phase).toBe("plan");
  return error.failure;
}

/** What remains of a plan when its bytes and stats are left out. */
function outline(plan: PatchPlan): unknown {
  return {
    changes: plan.changes,
    effects: plan.effects.map(({ path, movePath, before, after }) => [
      path,
      movePath,
      before?.mode ?? null,
      after?.mode ?? null,
    ]),
    writes: plan.writes.map(({ path, content, inPlace, like }) => [
      path,
      new TextDecoder().decode(content),
      inPlace,
      like?.mode ?? null,
    ]),
    removals: plan.removals.map(({ path, because }) => [path, because]),
  };
}

describe("a plan", () => {
  test("has one change per file, a summary in the order of kinds, and all paths", async () => {
    const tree: Tree = { "/w/u": "1\n", "/w/m": "2\n", "/w/d": "3\n" };
    const patch = [
      "*** Delete File: d",
      "*** Update File: /w/u",
      "-1",
      "+one",
      "*** Update File: m",
      "*** Move to: sub/n",
    ];
    const planned = await plan(tree, ...patch, " 2", "*** Add File: ../a", "+a");
    expect(planned).toMatchObject({
      cwd: "/w",
      summary: "Success. Updated the following files:\nA ../a\nM /w/u\nM sub/n\nD d\n",
      paths: ["/w/d", "/w/u", "/w/m", "/w/sub/n", "/w/../a"],
      targets: ["/w/u", "/w/sub/n", "/a", "/w/d", "/w/m"],
    });
    expect(outline(planned)).toEqual({
      changes: [
        { path: "/w/d", kind: "delete", movePath: null, oldText: "3\n", newText: null },
        { path: "/w/u", kind: "update", movePath: null, oldText: "1\n", newText: "one\n" },
        { path: "/w/m", kind: "update", movePath: "/w/sub/n", oldText: "2\n", newText: "2\n" },
        { path: "/w/../a", kind: "add", movePath: null, oldText: null, newText: "a\n" },
      ],
      effects: [
        ["/w/d", null, "100644", null],
        ["/w/u", null, "100644", "100644"],
        ["/w/m", "/w/sub/n", "100644", "100644"],
        ["/a", null, null, "100644"],
      ],
      writes: [
        ["/w/u", "one\n", "allowed", 0o644],
        ["/w/sub/n", "2\n", "forbidden", 0o644],
        ["/a", "a\n", "forbidden", null],
      ],
      removals: [
        ["/w/d", "deleted"],
        ["/w/m", "moved"],
      ],
    });
  });

  test("lets each hunk see what those before it did", async () => {
    const planned = await plan(
      {},
      "*** Add File: n",
      "+a",
      "*** Update File: n",
      "-a",
      "+b",
      "*** Update File: n",
      "+c",
    );
    expect(planned.summary).toBe("Success. Updated the following files:\nA n\nM n\nM n\n");
    expect(planned.changes).toEqual([{ path: "/w/n", kind: "add", movePath: null, oldText: null, newText: "b\nc\n" }]);
  });

  test("has a file that comes back as an add, without the mode of the old one", async () => {
    const planned = await plan(
      { "/w/n": { text: "old\n", mode: 0o755 } },
      "*** Delete File: n",
      "*** Add File: n",
      "+new",
    );
    expect(outline(planned)).toEqual({
      changes: [{ path: "/w/n", kind: "add", movePath: null, oldText: "old\n", newText: "new\n" }],
      effects: [["/w/n", null, "100755", "100644"]],
      writes: [["/w/n", "new\n", "forbidden", null]],
      removals: [],
    });
  });

  test("leaves out a file that comes and goes", async () => {
    const planned = await plan({ "/w/x": "1\n" }, "*** Add File: n", "+a", "*** Delete File: n");
    expect(outline(planned)).toEqual({ changes: [], effects: [], writes: [], removals: [] });
  });

  test("overwrites an existing file with an add, which keeps its mode", async () => {
    const planned = await plan({ "/w/n": { text: "old\n", mode: 0o755 } }, "*** Add File: n", "+new");
    expect(outline(planned)).toEqual({
      changes: [{ path: "/w/n", kind: "add", movePath: null, oldText: "old\n", newText: "new\n" }],
      effects: [["/w/n", null, "100755", "100755"]],
      writes: [["/w/n", "new\n", "allowed", 0o755]],
      removals: [],
    });
  });

  test("follows a file through two moves, and gives the target the mode of the source", async () => {
    const tree: Tree = { "/w/a": { text: "1\n", mode: 0o755 } };
    const planned = await plan(
      tree,
      "*** Update File: a",
      "*** Move to: b",
      " 1",
      "*** Update File: b",
      "*** Move to: c",
      "-1",
      "+2",
    );
    expect(outline(planned)).toEqual({
      changes: [{ path: "/w/a", kind: "update", movePath: "/w/c", oldText: "1\n", newText: "2\n" }],
      effects: [["/w/a", "/w/c", "100755", "100755"]],
      writes: [["/w/c", "2\n", "forbidden", 0o755]],
      removals: [["/w/a", "moved"]],
    });
  });

  test("moves onto a file that is there by removing that first, for git", async () => {
    const planned = await plan({ "/w/a": "1\n", "/w/b": "2\n" }, "*** Update File: a", "*** Move to: b", " 1");
    expect(planned.changes).toEqual([
      { path: "/w/a", kind: "update", movePath: "/w/b", oldText: "1\n", newText: "1\n" },
    ]);
    expect(planned.effects.map(({ path, movePath }) => [path, movePath])).toEqual([
      ["/w/b", null],
      ["/w/a", "/w/b"],
    ]);
  });

  test.each([
    ["itself", "a"],
    ["itself by another path", "../w/./a"],
    ["itself by a link", "link"],
  ])("updates in place a file that moves onto %s", async (_what, to) => {
    const tree: Tree = { "/w/a": "1\n", "/w/link": { symlink: "a" } };
    const planned = await plan(tree, "*** Update File: a", `*** Move to: ${to}`, "-1", "+2");
    expect(outline(planned)).toEqual({
      changes: [{ path: "/w/a", kind: "update", movePath: null, oldText: "1\n", newText: "2\n" }],
      effects: [["/w/a", null, "100644", "100644"]],
      writes: [["/w/a", "2\n", "allowed", 0o644]],
      removals: [],
    });
  });

  test("moves a link by removing the link and leaving its target", async () => {
    const tree: Tree = { "/w/real": "1\n", "/w/link": { symlink: "real" } };
    const planned = await plan(tree, "*** Update File: link", "*** Move to: out", "-1", "+2");
    expect(outline(planned)).toEqual({
      changes: [{ path: "/w/link", kind: "update", movePath: "/w/out", oldText: "1\n", newText: "2\n" }],
      effects: [
        ["/w/out", null, null, "100644"],
        ["/w/link", null, "120000", null],
      ],
      writes: [["/w/out", "2\n", "forbidden", 0o644]],
      removals: [["/w/link", "moved"]],
    });
  });

  test("names in the diff of the turn the file and not the link to it, below the cwd as it is called", async () => {
    const files = createMemoryFiles({ "/real/d/f": "1\n", "/w": { symlink: "/real" }, "/real/l": { symlink: "d" } });
    const patch = parsePatch("*** Begin Patch\n*** Update File: l/f\n-1\n+2\n*** End Patch");
    const planned = await planPatch(patch, { cwd: "/w", files });
    expect([planned.changes.map(({ path }) => path), planned.effects.map(({ path }) => path), planned.targets]).toEqual(
      [["/w/l/f"], ["/w/d/f"], ["/real/d/f"]],
    );
  });

  test("deletes what is not text, too", async () => {
    const planned = await plan({ "/w/b": { bytes: [0xff, 0x00] } }, "*** Delete File: b");
    expect(toFileChanges(planned)).toEqual([{ path: "/w/b", kind: { type: "delete" }, diff: "(binary file)\n" }]);
  });

  test("writes all names of a file in place", async () => {
    const files = createMemoryFiles({ "/w/a": "1\n" });
    files.hardLink("/w/a", "/w/b");
    const planned = await planPatch(parsePatch("*** Begin Patch\n*** Update File: a\n+2\n*** End Patch"), {
      cwd: "/w",
      files,
    });
    expect(planned.writes.map(({ inPlace }) => inPlace)).toEqual(["required"]);
  });
});

describe("a patch that cannot be applied is refused before anything is touched", () => {
  const path = (written: string): { written: string; absolute: string } => ({ written, absolute: `/w/${written}` });
  const rest = { unrestored: [] };
  const missing = { reason: "No such file or directory (os error 2)", code: "ENOENT", ...rest };
  const directory = { reason: "Is a directory (os error 21)", code: "EISDIR", ...rest };
  const noDirectory = { reason: "Not a directory (os error 20)", code: "ENOTDIR", ...rest };

  test.each<[string, Tree, string[], PatchFailure]>([
    ["without hunks", {}, [], { kind: "empty-patch" }],
    ["of a missing file", {}, ["*** Update File: f", "+x"], { kind: "read-failed", path: path("f"), ...missing }],
    [
      "of a directory",
      { "/w/d/x": "" },
      ["*** Update File: d", "+x"],
      { kind: "read-failed", path: path("d"), ...directory },
    ],
    [
      "of bytes that are no text",
      { "/w/f": { bytes: [0xff] } },
      ["*** Update File: f", "+x"],
      { kind: "read-failed", path: path("f"), reason: "stream did not contain valid UTF-8", code: null, ...rest },
    ],
    [
      "of a link in a circle",
      { "/w/l": { symlink: "l" } },
      ["*** Update File: l", "+x"],
      {
        kind: "read-failed",
        path: path("l"),
        reason: "Too many levels of symbolic links (os error 40)",
        code: "ELOOP",
        ...rest,
      },
    ],
    [
      "of a file that the patch has deleted",
      { "/w/f": "1\n" },
      ["*** Delete File: f", "*** Update File: f", "+x"],
      { kind: "read-failed", path: path("f"), ...missing },
    ],
    ["deleting what is not there", {}, ["*** Delete File: f"], { kind: "delete-failed", path: path("f"), ...missing }],
    [
      "deleting a directory",
      { "/w/d/x": "" },
      ["*** Delete File: d"],
      { kind: "delete-failed", path: path("d"), ...directory },
    ],
    [
      "deleting twice",
      { "/w/f": "" },
      ["*** Delete File: f", "*** Delete File: f"],
      { kind: "delete-failed", path: path("f"), ...missing },
    ],
    [
      "adding a directory's name",
      { "/w/d/x": "" },
      ["*** Add File: d", "+x"],
      { kind: "write-failed", path: path("d"), ...directory },
    ],
    [
      "adding the name of a directory that the patch makes",
      {},
      ["*** Add File: d/x", "+x", "*** Add File: d", "+x"],
      { kind: "write-failed", path: path("d"), ...directory },
    ],
    [
      "adding below a file",
      { "/w/f": "" },
      ["*** Add File: f/x", "+x"],
      { kind: "mkdir-failed", path: path("f/x"), ...noDirectory },
    ],
    [
      "adding below a file that the patch makes",
      {},
      ["*** Add File: f", "+x", "*** Add File: f/x", "+x"],
      { kind: "mkdir-failed", path: path("f/x"), ...noDirectory },
    ],
    [
      "adding below a link that the patch removes",
      { "/w/d/x": "", "/w/l": { symlink: "d" } },
      ["*** Delete File: l", "*** Add File: l/y", "+y"],
      { kind: "write-failed", path: path("l/y"), ...noDirectory },
    ],
    [
      "moving to a directory",
      { "/w/f": "1\n", "/w/d/x": "" },
      ["*** Update File: f", "*** Move to: d", " 1"],
      { kind: "write-failed", path: path("d"), ...directory },
    ],
    [
      "without its context",
      { "/w/f": "1\n" },
      ["*** Update File: f", "@@ zzz", " 1"],
      { kind: "context-not-found", path: path("f"), context: "zzz", nearest: null },
    ],
    [
      "without its lines",
      { "/w/f": "1\n" },
      ["*** Update File: f", "-2", "-3"],
      { kind: "lines-not-found", path: path("f"), lines: ["2", "3"], nearest: null },
    ],
    [
      "in its second hunk",
      { "/w/f": "1\n" },
      ["*** Add File: a", "+x", "*** Update File: f", "-2"],
      { kind: "lines-not-found", path: path("f"), lines: ["2"], nearest: null },
    ],
  ])("%s", async (_what, tree, lines, expected) => {
    expect(await failure(tree, ...lines)).toEqual(expected);
  });

  test("with the system's words when the system refuses", async () => {
    const files = createMemoryFiles({ "/w/f": "1\n" });
    files.read = () => Promise.reject(osError("EACCES"));
    const patch = parsePatch("*** Begin Patch\n*** Update File: f\n-1\n*** End Patch");
    await expect(planPatch(patch, { cwd: "/w", files })).rejects.toMatchObject({
      message: "Failed to read file to update f: Permission denied (os error 13)",
    });
  });
});

describe("the changes of an item", () => {
  test("are sorted by path, with contents, hunks with one line of context, and where a file goes", async () => {
    const tree: Tree = { "/w/old": "x\ny\n", "/w/gone": "bye\n", "/w/a": "one\ntwo\nthree\nfour\n", "/w/over": "1\n" };
    const patch = [
      ...["*** Add File: new", "+n", "*** Update File: a", "-two", "+2", "*** Add File: over", "+2"],
      ...["*** Update File: old", "*** Move to: moved/renamed", "-x", "+z", "*** Delete File: gone"],
    ];
    expect(toFileChanges(await plan(tree, ...patch))).toEqual([
      { path: "/w/a", kind: { type: "update", move_path: null }, diff: "@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n" },
      { path: "/w/gone", kind: { type: "delete" }, diff: "bye\n" },
      { path: "/w/new", kind: { type: "add" }, diff: "n\n" },
      {
        path: "/w/old",
        kind: { type: "update", move_path: "/w/moved/renamed" },
        diff: "@@ -1,2 +1,2 @@\n-x\n+z\n y\n\n\nMoved to: /w/moved/renamed",
      },
      { path: "/w/over", kind: { type: "add" }, diff: "2\n" },
    ]);
  });
});
