import { commitPatch, isWriteDenied, parsePatch, PatchError, planPatch, type FilePort } from "@heddle/apply-patch";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodeFilePort } from "./node-file-port.ts";

let world = "";
let root = "";

beforeEach(() => {
  world = realpathSync(mkdtempSync(join(tmpdir(), "heddle-files-")));
  root = join(world, "workspace");
  mkdirSync(root);
  mkdirSync(join(world, "outside"));
});

afterEach(() => rmSync(world, { recursive: true, force: true }));

function put(path: string, text: string, mode = 0o644): string {
  const place = join(root, path);
  mkdirSync(join(place, ".."), { recursive: true });
  writeFileSync(place, text);
  chmodSync(place, mode);
  return place;
}

function apply(patch: readonly string[], files: FilePort = createNodeFilePort()): Promise<string> {
  const text = ["*** Begin Patch", ...patch, "*** End Patch"].join("\n");
  return planPatch(parsePatch(text), { cwd: root, files }).then(async (plan) => {
    await commitPatch(plan, files);
    return plan.summary;
  });
}

async function failureOf(run: Promise<unknown>): Promise<PatchError> {
  const error = await run.catch((error: unknown) => error);
  if (error instanceof PatchError) return error;
  throw new Error("the patch was applied", { cause: error });
}

/** Everything below the world, with contents, modes and the targets of links. */
function tree(directory = world, prefix = ""): Record<string, string> {
  return Object.assign(
    {},
    ...readdirSync(directory).map((name) => {
      const place = join(directory, name);
      const stat = lstatSync(place);
      if (stat.isDirectory()) return { [`${prefix}${name}/`]: "", ...tree(place, `${prefix}${name}/`) };
      const mode = (stat.mode & 0o777).toString(8);
      const shown = stat.isSymbolicLink() ? `-> ${readlinkSync(place)}` : `${mode} ${readFileSync(place, "utf8")}`;
      return { [prefix + name]: shown };
    }),
  );
}

/** A guard like that of a turn: everything below the workspace may be written. */
function workspaceOnly(path: string): boolean {
  return path.startsWith(`${root}/`);
}

describe("a patch on real files", () => {
  test("adds, changes, moves and removes, and leaves nothing else behind", async () => {
    put("a", "1\n");
    put("run.sh", "2\n", 0o750);
    put("gone/x", "3\n");
    const patch = ["*** Add File: new/deep/n", "+n", "*** Update File: a", "-1", "+one"];
    const rest = ["*** Update File: run.sh", "*** Move to: bin/run", "-2", "+two", "*** Delete File: gone/x"];
    expect(await apply([...patch, ...rest])).toBe(
      "Success. Updated the following files:\nA new/deep/n\nM a\nM bin/run\nD gone/x\n",
    );
    expect(tree(root)).toEqual({
      a: "644 one\n",
      "bin/": "",
      "bin/run": "750 two\n",
      "gone/": "",
      "new/": "",
      "new/deep/": "",
      "new/deep/n": "644 n\n",
    });
  });

  test("keeps mode and owner of a file, and its link", async () => {
    const secret = put("secret", "1\n", 0o600);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) spawnSync("chown", ["65534:65534", secret]);
    symlinkSync("secret", join(root, "link"));
    await apply(["*** Update File: link", "-1", "+2"]);
    expect(tree(root)).toEqual({ secret: "600 2\n", link: "-> secret" });
    if (isRoot) expect([statSync(secret).uid, statSync(secret).gid]).toEqual([65534, 65534]);
  });

  test("writes a file of several names in place", async () => {
    const place = put("a", "1\n");
    linkSync(place, join(root, "b"));
    const { ino } = statSync(place);
    await apply(["*** Update File: a", "-1", "+2"]);
    expect([tree(root), statSync(place).ino]).toEqual([{ a: "644 2\n", b: "644 2\n" }, ino]);
  });

  test("creates the target of a dangling link and directories below a linked one", async () => {
    symlinkSync("made", join(root, "dangling"));
    mkdirSync(join(root, "real"));
    symlinkSync("real", join(root, "dir"));
    await apply(["*** Add File: dangling", "+1", "*** Add File: dir/sub/n", "+2"]);
    expect(tree(root)).toEqual({
      dangling: "-> made",
      made: "644 1\n",
      dir: "-> real",
      "real/": "",
      "real/sub/": "",
      "real/sub/n": "644 2\n",
    });
  });

  test("refuses what is neither file nor directory, without waiting for it", async () => {
    spawnSync("mkfifo", [join(root, "pipe")]);
    const messages = [
      (await failureOf(apply(["*** Update File: pipe", "+x"]))).message,
      (await failureOf(apply(["*** Add File: pipe", "+x"]))).message,
      (await failureOf(apply(["*** Delete File: pipe"]))).message,
    ];
    expect(messages).toEqual([
      "Failed to read file to update pipe: Invalid argument (os error 22)",
      "Failed to write file pipe",
      "Failed to delete file pipe",
    ]);
  });

  test.skipIf(process.getuid?.() === 0)("reports what the system refuses", async () => {
    put("closed/x", "1\n");
    chmodSync(join(root, "closed"), 0o555);
    const error = await failureOf(apply(["*** Add File: closed/n", "+n"]));
    expect([error.message, isWriteDenied(error)]).toEqual(["Failed to write file closed/n", true]);
    await apply(["*** Update File: closed/x", "-1", "+2"]);
    expect(readFileSync(join(root, "closed/x"), "utf8")).toBe("2\n");
    chmodSync(join(root, "closed"), 0o755);
  });
});

describe("whatever step fails", () => {
  test("the tree is as it was", async () => {
    const setUp = (): void => {
      rmSync(root, { recursive: true });
      put("a", "1\n", 0o755);
      linkSync(put("linked", "2\n"), join(root, "linked-too"));
      put("moved", "3\n");
      put("target", "4\n");
      put("gone", "5\n");
      symlinkSync("a", join(root, "link"));
    };
    const patch = [
      ...[
        "*** Add File: new/deep/n",
        "+n",
        "*** Update File: link",
        "-1",
        "+one",
        "*** Update File: linked",
        "-2",
        "+two",
      ],
      ...["*** Update File: moved", "*** Move to: target", "-3", "+three", "*** Delete File: gone"],
    ];
    setUp();
    const before = tree();
    const complete = failing(Infinity);
    await apply(patch, complete.files);
    const after = tree();
    const outcomes = { takenBack: 0, doneWithout: 0 };
    for (let step = 0; step < complete.count(); step++) {
      setUp();
      const { files } = failing(step);
      const error = await apply(patch, files).then(
        () => null,
        (error: unknown) => error,
      );
      if (error === null) {
        outcomes.doneWithout++;
        expect([step, withoutTemporary(tree())]).toEqual([step, after]);
      } else {
        outcomes.takenBack++;
        const expected = { name: "PatchError", failure: { code: "ENOSPC", unrestored: [] } };
        expect({ step, error }).toMatchObject({ step, error: expected });
        expect([step, tree()]).toEqual([step, before]);
      }
    }
    // Two backups by link that a copy replaces, and five backups that are left with their telling names.
    expect(outcomes).toEqual({ takenBack: 12, doneWithout: 7 });
  });
});

/** A port whose writing operation number `step` fails as on a full disk, after it has done half of its work. */
function failing(step: number): { readonly files: FilePort; readonly count: () => number } {
  const real = createNodeFilePort();
  let count = 0;
  const guarded =
    <Args extends unknown[]>(operation: (...args: Args) => Promise<void>, half?: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      if (count++ !== step) return operation(...args);
      await half?.(...args);
      throw Object.assign(new Error("no space"), { code: "ENOSPC", errno: -28 });
    };
  const files: FilePort = {
    ...real,
    create: guarded(real.create, async (path) => writeFileSync(path, "ha")),
    overwrite: guarded(real.overwrite, async (path) => writeFileSync(path, "ha")),
    link: guarded(real.link),
    rename: guarded(real.rename),
    remove: guarded(real.remove),
    makeDirectory: guarded(real.makeDirectory),
    removeDirectory: guarded(real.removeDirectory),
  };
  return { files, count: () => count };
}

function withoutTemporary(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !path.includes(".heddle-")));
}

describe("a guard", () => {
  const ESCAPES: Record<string, readonly [setUp: () => void, patch: readonly string[]]> = {
    "a plain path": [() => undefined, ["*** Add File: ../outside/n", "+n"]],
    "a linked directory": [() => symlinkSync("../outside", join(root, "dir")), ["*** Add File: dir/n", "+n"]],
    "a link to a file": [
      () => {
        writeFileSync(join(world, "outside/f"), "1\n");
        symlinkSync("../outside/f", join(root, "f"));
      },
      ["*** Update File: f", "-1", "+2"],
    ],
    "a dangling link": [() => symlinkSync("../outside/n", join(root, "f")), ["*** Add File: f", "+n"]],
    "a link to a link": [
      () => {
        symlinkSync("../outside", join(root, "one"));
        symlinkSync("one/n", join(root, "two"));
      },
      ["*** Add File: two", "+n"],
    ],
    "a link and dots": [
      () => {
        mkdirSync(join(world, "outside/in"));
        symlinkSync("../outside/in", join(root, "dir"));
      },
      ["*** Add File: dir/../n", "+n"],
    ],
    "the target of a move": [
      () => {
        put("f", "1\n");
        symlinkSync("../outside", join(root, "dir"));
      },
      ["*** Update File: f", "*** Move to: dir/f", " 1"],
    ],
    "a directory to make": [() => symlinkSync("../outside", join(root, "dir")), ["*** Add File: dir/sub/n", "+n"]],
    "a file to remove": [
      () => {
        writeFileSync(join(world, "outside/f"), "1\n");
        symlinkSync("../outside", join(root, "dir"));
      },
      ["*** Delete File: dir/f"],
    ],
  };

  test.each(Object.keys(ESCAPES))("keeps writes inside, whichever way they lead out: %s", async (way) => {
    const [setUp, patch] = ESCAPES[way] ?? [() => undefined, []];
    setUp();
    put("inside", "i\n");
    const before = tree();
    const files = createNodeFilePort({ guard: workspaceOnly });
    const error = await failureOf(apply(["*** Update File: inside", "-i", "+changed", ...patch], files));
    expect([error.phase, isWriteDenied(error), tree()]).toEqual(["commit", true, before]);
  });

  test("that allows everything inside lets a patch through", async () => {
    put("a", "1\n");
    symlinkSync("a", join(root, "link"));
    const files = createNodeFilePort({ guard: workspaceOnly });
    await apply(["*** Update File: link", "-1", "+2", "*** Add File: d/n", "+n"], files);
    expect(tree(root)).toEqual({ a: "644 2\n", link: "-> a", "d/": "", "d/n": "644 n\n" });
  });

  test("is asked about the directory that is written to, whatever a path leads to meanwhile", async () => {
    put("dir/f", "1\n");
    const asked: string[] = [];
    const guard = (path: string): boolean => {
      asked.push(path);
      // The directory is replaced by a link out of the workspace between the check and the write.
      if (existsSync(join(root, "dir/f")) && !lstatSync(join(root, "dir")).isSymbolicLink()) {
        renameSync(join(root, "dir"), join(root, "was-dir"));
        symlinkSync("../outside", join(root, "dir"));
      }
      return workspaceOnly(path);
    };
    const files = createNodeFilePort({ guard });
    await files.create(join(root, "dir/n"), new TextEncoder().encode("n\n"), { like: null });
    expect(asked).toEqual([join(root, "dir/n")]);
    // On Linux the write goes into the checked directory; elsewhere this race cannot be closed.
    if (process.platform === "linux")
      expect([readdirSync(join(world, "outside")), readdirSync(join(root, "was-dir")).toSorted()]).toEqual([
        [],
        ["f", "n"],
      ]);
  });

  test("for reading keeps contents from a patch, and from its error", async () => {
    writeFileSync(join(world, "outside/secret"), "token = 12345\n");
    symlinkSync("../outside/secret", join(root, "innocent"));
    const files = createNodeFilePort({ readGuard: (path) => !path.startsWith(join(world, "outside")) });
    const error = await failureOf(apply(["*** Update File: innocent", "-token = 12346"], files));
    expect(error.message).toBe("Failed to read file to update innocent: Permission denied (os error 13)");
  });
});

test.runIf(process.platform === "linux")(
  "what the kernel shows of this process cannot be read by a patch",
  async () => {
    symlinkSync("/proc/self/environ", join(root, "innocent"));
    const messages = [];
    for (const path of ["innocent", "/proc/self/environ", `/proc/${process.pid}/cmdline`])
      messages.push((await failureOf(apply([`*** Update File: ${path}`, "-PATH"]))).message.replace(/.*: /, ""));
    expect(messages).toEqual(Array.from({ length: 3 }, () => "Permission denied (os error 13)"));
  },
);

describe("files of a killed process", () => {
  test("are removed by the next patch in their directory, and nobody else's", async () => {
    const dead = spawnSync("true").pid;
    const stale = [`.heddle-${dead}-abc-0123456789ab.staged`, `.heddle-${dead}-abc-0123456789ac.backup`];
    const mine = [`.heddle-${process.pid}-0-0123456789ab.staged`];
    const others = [`.heddle-1-abc-0123456789ab.staged`, ".heddle-notes.backup", "x.staged"];
    for (const name of [...stale, ...mine, ...others]) put(name, "left\n");
    await apply(["*** Add File: n", "+n"]);
    // The one with our own process id is of an earlier process with the same one.
    expect(readdirSync(root).toSorted()).toEqual([...others, "n"].toSorted());
  });
});
