import { turnId } from "@heddle/protocol";
import fc from "fast-check";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ThreadEvent } from "../thread/events.ts";
import type { RecordedChanges } from "./recorder.ts";
import { createFileRewinds, type FileRewinds } from "./rewind.ts";
import { DEFAULT_LIMITS, type TreeLimits } from "./tree-limits.ts";

let base: string;
let cwd: string;
let opened: FileRewinds[];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "rewind-"));
  cwd = join(base, "ws");
  mkdirSync(cwd);
  opened = [];
});

afterEach(() => {
  for (const rewinds of opened) rewinds.close();
  rmSync(base, { recursive: true });
});

function rewindsWith(limits: Partial<TreeLimits> = {}): FileRewinds {
  const env = { PATH: process.env["PATH"] };
  const options = { home: join(base, "home"), env, clock: () => new Date(), limits: { ...DEFAULT_LIMITS, ...limits } };
  const rewinds = createFileRewinds(options);
  opened.push(rewinds);
  return rewinds;
}

interface Recording {
  readonly recorded: RecordedChanges[];
  readonly warnings: string[];
}

/** Runs commands one after the other, each as a command of a turn of its own. */
async function record(rewinds: FileRewinds, ...commands: readonly (() => void)[]): Promise<Recording> {
  const recorded: RecordedChanges[] = [];
  const warnings: string[] = [];
  const emit = (event: ThreadEvent): void => {
    if (event.type === "filesChanged") recorded.push(event);
    else if (event.type === "warning") warnings.push(event.message);
  };
  for (const [at, command] of commands.entries()) {
    const recorder = rewinds.recorder({
      turnId: turnId(String(at)),
      cwd,
      policy: { type: "danger-full-access" },
      hidden: [join(cwd, "secret")],
      emit,
    });
    await recorder.aroundCommand(async () => command());
  }
  return { recorded, warnings };
}

async function takeBack(rewinds: FileRewinds, recorded: readonly RecordedChanges[]) {
  const plan = await rewinds.plan(recorded);
  return plan.conflicts.length > 0 ? plan.conflicts : rewinds.apply(plan);
}

function tree(folder = cwd): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.name === ".git") return [];
      return entry.isDirectory() ? [[path, ""], ...Object.entries(tree(path))] : [[path, readFileSync(path, "utf8")]];
    }),
  );
}

const write = (name: string, text: string) => () => {
  mkdirSync(join(cwd, name, ".."), { recursive: true });
  writeFileSync(join(cwd, name), text);
};

/** What a command may do, over few names, so that it meets what another one has left. */
const names = fc.constantFrom("a", "b", "d/a", "d/b", "d/e/a", "f/a");
const folders = fc.constantFrom("d", "d/e", "f");
const deed: fc.Arbitrary<() => void> = fc.oneof(
  fc.tuple(names, fc.string({ maxLength: 3 })).map(([name, text]) => write(name, text)),
  fc.oneof(names, folders).map((name) => () => rmSync(join(cwd, name), { recursive: true, force: true })),
  fc.tuple(folders, folders).map(([from, to]) => () => {
    try {
      renameSync(join(cwd, from), join(cwd, to));
    } catch {
      // not there, or into itself: then nothing happens
    }
  }),
);
const command = fc.array(deed, { minLength: 1, maxLength: 4 }).map((deeds) => () => {
  for (const each of deeds) each();
});

test("whatever commands do, and however many, the files are what they were before", async () => {
  await fc.assert(
    fc.asyncProperty(command, fc.array(command, { minLength: 1, maxLength: 4 }), async (before, commands) => {
      rmSync(cwd, { recursive: true });
      mkdirSync(cwd);
      before();
      const filesBefore = filesOf(tree());
      const rewinds = rewindsWith();
      const { recorded, warnings } = await record(rewinds, ...commands);
      expect(warnings).toEqual([]);
      expect(await takeBack(rewinds, recorded)).toEqual({ type: "done" });
      expect(filesOf(tree())).toEqual(filesBefore);
      rewinds.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);

/** Without the folders: one that a command has emptied and removed is not made again. */
function filesOf(all: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([path]) => /\/[ab]$/.test(path)));
}

test("a folder that is removed and made again is watched again", async () => {
  write("d/a", "1")();
  const rewinds = rewindsWith();
  const { recorded } = await record(
    rewinds,
    () => {
      rmSync(join(cwd, "d"), { recursive: true });
      write("d/a", "2")();
    },
    write("d/a", "3"),
  );
  expect(recorded.map((each) => each.turnId)).toEqual(["0", "1"]);
  expect(await takeBack(rewinds, recorded)).toEqual({ type: "done" });
  expect(readFileSync(join(cwd, "d/a"), "utf8")).toBe("1");
});

test("what is beyond a limit is told, and never taken for something new", async () => {
  for (const name of ["a/1", "a/2", "a/3", "b/1", "c/1"]) write(name, name)();
  const rewinds = rewindsWith({ maxFiles: 2 });
  const { recorded, warnings } = await record(rewinds, () => {
    write("b/1", "changed")();
    write("b/2", "new")();
    write("a/4", "new")();
    write("a/1", "changed")();
  });
  expect(warnings).toEqual([expect.stringContaining("undo does not cover everything")]);
  expect(await takeBack(rewinds, recorded)).toEqual({ type: "done" });
  // What was known before is back; what could not be known is left alone, new or not.
  expect(readFileSync(join(cwd, "a/1"), "utf8")).toBe("a/1");
  expect(Object.keys(tree())).toEqual(expect.arrayContaining(["b/1", "b/2", "a/4"].map((name) => join(cwd, name))));
});

test("more than one look may keep is told, and what it could not keep is no reason to overwrite", async () => {
  write("a", "x".repeat(600))();
  write("b", "y".repeat(600))();
  const rewinds = rewindsWith({ maxBytesPerLook: 1000 });
  const { recorded, warnings } = await record(rewinds, () => {
    write("a", "1")();
    write("b", "2")();
  });
  expect(warnings).toEqual([expect.stringContaining("too much that is new")]);
  expect(await takeBack(rewinds, recorded)).toEqual([{ path: join(cwd, "b"), reason: "notKept" }]);
  expect(readFileSync(join(cwd, "a"), "utf8")).toBe("1");
});

test("folders that package managers fill are left alone; `build` is covered where it is written by hand", async () => {
  const rewinds = rewindsWith();
  const { recorded } = await record(rewinds, () => {
    write("node_modules/m/index.js", "made")();
    write("build/by-hand.mjs", "made")();
  });
  expect(await takeBack(rewinds, recorded)).toEqual({ type: "done" });
  expect(Object.keys(tree())).toEqual(
    ["node_modules", "node_modules/m", "node_modules/m/index.js"].map((name) => join(cwd, name)),
  );
});

test("of what nobody may read nothing is kept", async () => {
  write("secret/key", "s3cret")();
  const rewinds = rewindsWith();
  const { recorded } = await record(rewinds, write("secret/key", "other"));
  expect(recorded).toEqual([]);
  expect(blobsIn(join(base, "home"))).toBe(0);
});

test("files that git knows are not copied until a command changes them", async () => {
  const git = (...args: string[]) =>
    promisify(execFile)("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd });
  write("tracked", "tracked\n")();
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "first");
  // The index is younger than the file by more than the clock of the file system can tell.
  const old = new Date(Date.now() - 60_000);
  await promisify(execFile)("touch", ["-d", old.toISOString(), join(cwd, "tracked")]);
  await git("update-index", "--refresh");
  const rewinds = rewindsWith();
  await record(rewinds, () => {});
  expect(blobsIn(join(base, "home"))).toBe(0);
  const { recorded } = await record(rewinds, () => rmSync(join(cwd, "tracked")));
  expect(await takeBack(rewinds, recorded)).toEqual({ type: "done" });
  expect(readFileSync(join(cwd, "tracked"), "utf8")).toBe("tracked\n");
});

function blobsIn(home: string): number {
  try {
    return readdirSync(join(home, "rewind", "blobs")).length;
  } catch {
    return 0;
  }
}

test("a look that runs out of time leaves alone what it has not seen, also when it sees it later", async () => {
  for (let n = 0; n < 50; n += 1) write(`f/${n}`, String(n))();
  const rewinds = rewindsWith({ maxMs: -1 });
  const { recorded, warnings } = await record(rewinds, write("f/new", "new"));
  expect(recorded).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining("too many files to look at in time")]);
});
