import fc from "fast-check";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { isWithin } from "../paths.ts";
import type { View } from "../view/view.ts";
import { mountArguments, planMounts, type Mount } from "./mounts.ts";

const NOTHING: View = { writable: [], readOnly: [], privateFolders: [], hiddenFolders: [], hiddenFiles: [] };

test("without writable folders there is nothing to protect", () => {
  expect(planMounts({ ...NOTHING, readOnly: ["/ws/.git"] })).toEqual([]);
});

test("protected paths are mounted upon the root that they lie in, after it", () => {
  const view = { ...NOTHING, writable: ["/ws", "/tmp"], readOnly: ["/ws/.git", "/home/u/.heddle/sandbox"] };
  expect(planMounts(view)).toEqual([
    { type: "writable", path: "/ws" },
    { type: "writable", path: "/tmp" },
    { type: "readOnly", path: "/ws/.git" },
  ]);
});

test("folders above a mount are pinned, so that it cannot be moved away with them", () => {
  const view = { ...NOTHING, writable: ["/ws"], readOnly: ["/ws/main/.git/worktrees/w"] };
  expect(planMounts(view)).toEqual([
    { type: "writable", path: "/ws" },
    { type: "writable", path: "/ws/main" },
    { type: "writable", path: "/ws/main/.git" },
    { type: "writable", path: "/ws/main/.git/worktrees" },
    { type: "readOnly", path: "/ws/main/.git/worktrees/w" },
  ]);
});

test("a root that was asked for wins over the protection of its own path", () => {
  const view = { ...NOTHING, writable: ["/ws", "/ws/.codex"], readOnly: ["/ws/.codex", "/ws/.git"] };
  expect(planMounts(view)).toEqual([
    { type: "writable", path: "/ws" },
    { type: "readOnly", path: "/ws/.git" },
    { type: "writable", path: "/ws/.codex" },
  ]);
});

test("of a private folder only the named children are there, and a workspace inside of it", () => {
  const view = {
    ...NOTHING,
    writable: ["/home/u/.heddle/worktrees/w"],
    privateFolders: [{ path: "/home/u/.heddle", visible: ["/home/u/.heddle/bin"] }],
  };
  const mounts = planMounts(view);
  expect(mountArguments(mounts).join(" ")).toBe(
    "--tmpfs /home/u/.heddle --ro-bind /home/u/.heddle/bin /home/u/.heddle/bin " +
      "--bind /home/u/.heddle/worktrees/w /home/u/.heddle/worktrees/w --remount-ro /home/u/.heddle",
  );
});

test("what the user hides is hidden even where it is asked for as a root", () => {
  const view = {
    ...NOTHING,
    writable: ["/ws", "/ws/secret/sub"],
    hiddenFolders: ["/ws/secret"],
    hiddenFiles: ["/ws/key"],
  };
  expect(mountArguments(planMounts(view)).join(" ")).toBe(
    "--bind /ws /ws --ro-bind /dev/null /ws/key --tmpfs /ws/secret --remount-ro /ws/secret",
  );
});

const path = fc
  .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 })
  .map((components) => `/${components.join("/")}`);
const paths = fc.uniqueArray(path, { maxLength: 4 });
const views: fc.Arbitrary<View> = fc.record({
  writable: paths,
  readOnly: paths,
  privateFolders: fc
    .uniqueArray(path, { maxLength: 2 })
    .map((folders) => folders.map((folder) => ({ path: folder, visible: [`${folder}/bin`] }))),
  hiddenFolders: fc.uniqueArray(path, { maxLength: 2 }),
  hiddenFiles: fc.constant([]),
});

/** What is at `path` for a command: the innermost mount decides. */
function accessBy(mounts: readonly Mount[], path: string): Mount["type"] {
  const above = mounts.filter((mount) => isWithin(path, mount.path));
  const root: Mount = { type: "readOnly", path: "/" };
  return above.reduce((inner, mount) => (mount.path.length >= inner.path.length ? mount : inner), root).type;
}

/** The same, from the view alone. */
function accessIn(view: View, path: string): "write" | "read" | "none" {
  if (view.hiddenFolders.some((folder) => isWithin(path, folder))) return "none";
  const claims = [
    ...view.readOnly
      // Protection takes writing away; it does not bring back what a private folder hides.
      .filter((claim) => accessIn({ ...view, readOnly: [] }, claim) === "write")
      .map((claim) => ({ path: claim, rank: 0, access: "read" as const })),
    ...view.privateFolders.flatMap(({ path, visible }) =>
      view.writable.includes(path)
        ? []
        : [
            { path, rank: 3, access: "none" as const },
            ...visible.map((child) => ({ path: child, rank: 1, access: "read" as const })),
          ],
    ),
    ...view.writable.map((claim) => ({ path: claim, rank: 2, access: "write" as const })),
  ].filter((claim) => isWithin(path, claim.path));
  const [best] = claims.sort((a, b) => b.path.length - a.path.length || b.rank - a.rank);
  return best?.access ?? "read";
}

const ACCESS = {
  writable: "write",
  readOnly: "read",
  visible: "read",
  emptyFolder: "none",
  emptyFile: "none",
} as const;

test("whatever the view, the mounts give every path the access that the view says", () => {
  fc.assert(
    fc.property(views, path, (view, path) => {
      expect(ACCESS[accessBy(planMounts(view), path)]).toBe(accessIn(view, path));
    }),
    { numRuns: 2000 },
  );
});

test("whatever the view, no folder above a mount can be moved by a command", () => {
  fc.assert(
    fc.property(views, (view) => {
      const mounts = planMounts(view);
      const points = new Set(mounts.map((mount) => mount.path));
      for (const mount of mounts) {
        for (let folder = dirname(mount.path); folder !== "/"; folder = dirname(folder)) {
          if (accessBy(mounts, folder) === "writable") expect(points).toContain(folder);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test("each mount comes after those above it", () => {
  fc.assert(
    fc.property(views, (view) => {
      const mounts = planMounts(view);
      for (const [index, mount] of mounts.entries()) {
        expect(mounts.slice(index + 1).filter((later) => isWithin(mount.path, later.path))).toEqual([]);
      }
    }),
  );
});
