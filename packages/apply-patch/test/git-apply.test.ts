import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  commitPatch,
  createTurnDiff,
  parsePatch,
  PatchError,
  planPatch,
  type FileChange,
  type FileState,
  type TurnDiff,
} from "../src/index.ts";
import { createMemoryFiles, type TreeEntry } from "./memory-files.ts";

/** Files by their path in the repository. */
type Tree = ReadonlyMap<string, FileState>;

let repository = "";

beforeAll(() => {
  repository = realpathSync(mkdtempSync(join(tmpdir(), "heddle-turn-diff-")));
  git(["init", "--quiet"]);
});

afterAll(() => rmSync(repository, { recursive: true, force: true }));

describe("git apply takes the state before a turn to the state after it", () => {
  test("for any sequence of writes, removals and moves", () => {
    fc.assert(
      fc.property(initialTree, fc.array(operation, { minLength: 1, maxLength: 6 }), (tree, operations) => {
        const diff = turnDiff();
        const now = new Map(tree);
        for (const step of operations) diff.record(perform(now, step));
        expect(applied(tree, diff.render())).toEqual(shown(now));
      }),
      { numRuns: 150 },
    );
  });

  test("for any sequence of patches", async () => {
    await fc.assert(
      fc.asyncProperty(initialTree, fc.array(patch, { minLength: 1, maxLength: 5 }), async (tree, patches) => {
        const files = createMemoryFiles(
          Object.fromEntries([...tree].map(([path, state]) => [`/repo/${path}`, entryOf(state)])),
        );
        const diff = turnDiff("/repo");
        for (const text of patches) {
          const plan = await planPatch(parsePatch(text), { cwd: "/repo", files }).catch(orNull);
          if (plan === null) continue;
          await commitPatch(plan, files);
          diff.record(plan.effects);
        }
        const after = Object.entries(files.snapshot()).filter(
          ([, entry]) => typeof entry === "string" || !("directory" in entry),
        );
        const expected = after.map(([path, entry]) => [path.slice("/repo/".length), shownEntry(entry)] as const);
        expect(applied(tree, diff.render())).toEqual(new Map(expected.toSorted(byPath)));
      }),
      { numRuns: 100 },
    );
  });
});

const paths = ["a.txt", "b.txt", "d", "d/x", "d/y z", "é.txt", 'q"uote\\', "tab\there"] as const;
const path = fc.constantFrom(...paths);
const line = fc.constantFrom("one", "two", "three", "", " x", "+y", "-- z", "\\ No newline", "c\r", "@@ -1 +1 @@");
const content = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.boolean())
  .map(([lines, isTerminated]) => Buffer.from(lines.join("\n") + (isTerminated && lines.length > 0 ? "\n" : "")));
const regular = fc.record({ content, mode: fc.constantFrom("100644" as const, "100755" as const) });
const link = fc
  .constantFrom("a.txt", "nowhere")
  .map((target): FileState => ({ content: Buffer.from(target), mode: "120000" }));
const state: fc.Arbitrary<FileState> = fc.oneof({ weight: 6, arbitrary: regular }, { weight: 1, arbitrary: link });
const initialTree = fc.array(fc.tuple(path, state), { maxLength: 6 }).map((entries): Tree => {
  const tree = new Map<string, FileState>();
  for (const [path, state] of entries) if (isFree(tree, path)) tree.set(path, state);
  return tree;
});

type Operation =
  | { readonly type: "write"; readonly path: string; readonly state: FileState }
  | { readonly type: "remove"; readonly path: string }
  | { readonly type: "move"; readonly path: string; readonly to: string; readonly state: FileState | null };
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ type: fc.constant("write"), path, state }),
  fc.record({ type: fc.constant("remove"), path }),
  fc.record({ type: fc.constant("move"), path, to: path, state: fc.option(regular) }),
);

/** Changes the tree as the operation says, if it can be; the changes for the diff of the turn. */
function perform(tree: Map<string, FileState>, step: Operation): FileChange[] {
  const before = tree.get(step.path) ?? null;
  const path = join(repository, step.path);
  switch (step.type) {
    case "write":
      if (!isFree(tree, step.path)) return [];
      tree.set(step.path, step.state);
      return [{ path, movePath: null, before, after: step.state }];
    case "remove":
      tree.delete(step.path);
      return [{ path, movePath: null, before, after: null }];
    case "move": {
      if (before === null || before.mode === "120000" || step.path === step.to || !isFree(tree, step.to)) return [];
      const overwritten = tree.get(step.to) ?? null;
      const after = step.state ?? before;
      tree.delete(step.path);
      tree.set(step.to, after);
      const movePath = join(repository, step.to);
      const moved: FileChange = { path, movePath, before, after };
      return overwritten === null
        ? [moved]
        : [{ path: movePath, movePath: null, before: overwritten, after: null }, moved];
    }
  }
}

/** Whether a file can be at the path: `d` and `d/x` cannot both be files. */
function isFree(tree: Tree, path: string): boolean {
  return [...tree.keys()].every((other) => !other.startsWith(`${path}/`) && !path.startsWith(`${other}/`));
}

const text = fc.array(
  line.filter((line) => !line.includes("\r")),
  { minLength: 1, maxLength: 4 },
);
const hunk = fc.oneof(
  fc.tuple(path, text).map(([path, lines]) => [`*** Add File: ${path}`, ...lines.map((line) => `+${line}`)]),
  path.map((path) => [`*** Delete File: ${path}`]),
  fc
    .tuple(path, fc.option(path), text, fc.constantFrom("-one", " two", ""))
    .map(([path, to, lines, old]) => [
      `*** Update File: ${path}`,
      ...(to === null ? [] : [`*** Move to: ${to}`]),
      "@@",
      ...(old === "" ? [] : [old]),
      ...lines.map((line) => `+${line}`),
    ]),
);
const patch = fc
  .array(hunk, { minLength: 1, maxLength: 3 })
  .map((hunks) => ["*** Begin Patch", ...hunks.flat(), "*** End Patch"].join("\n"));

function orNull(error: unknown): null {
  if (error instanceof PatchError) return null;
  throw error;
}

function turnDiff(root = repository): TurnDiff {
  return createTurnDiff({
    displayPath: (path) => relative(root, path),
    blobId: (content) => createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex"),
  });
}

/** The tree that real git makes of `tree` with `diff`. */
function applied(tree: Tree, diff: string): ReadonlyMap<string, string> {
  for (const name of readdirSync(repository)) if (name !== ".git") rmSync(join(repository, name), { recursive: true });
  for (const [path, { content, mode }] of tree) {
    const place = join(repository, path);
    mkdirSync(dirname(place), { recursive: true });
    if (mode === "120000") symlinkSync(Buffer.from(content).toString(), place);
    else {
      writeFileSync(place, content);
      chmodSync(place, mode === "100755" ? 0o755 : 0o644);
    }
  }
  if (diff !== "") git(["apply", "--whitespace=nowarn", "-"], diff);
  return readTree();
}

function readTree(): ReadonlyMap<string, string> {
  return new Map(readDirectory("").toSorted(byPath));
}

function readDirectory(directory: string): (readonly [path: string, shown: string])[] {
  return readdirSync(join(repository, directory)).flatMap((name) => {
    const path = join(directory, name);
    const place = join(repository, path);
    const stat = lstatSync(place);
    if (stat.isDirectory()) return path === ".git" ? [] : readDirectory(path);
    const shown = stat.isSymbolicLink()
      ? `link ${readlinkSync(place)}`
      : `${(stat.mode & 0o100) === 0 ? "100644" : "100755"} ${readFileSync(place, "utf8")}`;
    return [[path, shown]];
  });
}

function shown(tree: Tree): ReadonlyMap<string, string> {
  const entries = [...tree].map(([path, { content, mode }]) => {
    const text = Buffer.from(content).toString();
    return [path, mode === "120000" ? `link ${text}` : `${mode} ${text}`] as const;
  });
  return new Map(entries.toSorted(byPath));
}

function entryOf({ content, mode }: FileState): TreeEntry {
  const text = Buffer.from(content).toString();
  if (mode === "120000") return { symlink: text };
  return mode === "100755" ? { text, mode: 0o755 } : text;
}

function shownEntry(entry: TreeEntry): string {
  if (typeof entry === "string") return `100644 ${entry}`;
  if ("symlink" in entry) return `link ${entry.symlink}`;
  if ("text" in entry) return `100755 ${entry.text}`;
  throw new Error(`unexpected entry: ${JSON.stringify(entry)}`);
}

function byPath(left: readonly [string, string], right: readonly [string, string]): number {
  return left[0] < right[0] ? -1 : 1;
}

function git(args: readonly string[], input = ""): void {
  execFileSync("git", args, {
    cwd: repository,
    input,
    env: { PATH: process.env["PATH"], HOME: repository, GIT_CONFIG_NOSYSTEM: "1" },
    stdio: ["pipe", "ignore", "pipe"],
  });
}
