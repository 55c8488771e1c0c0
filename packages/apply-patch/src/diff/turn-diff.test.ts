import { describe, expect, test } from "vitest";
import { encodeUtf8 } from "../text.ts";
import type { FileState } from "./file-state.ts";
import { createTurnDiff, type TurnDiff } from "./turn-diff.ts";

/** A blob id that shows the content it is of. */
function blobId(content: Uint8Array): string {
  return [...content]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .padEnd(40, "_")
    .slice(0, 40);
}

const id = (text: string): string => blobId(encodeUtf8(text));
const NONE = "0".repeat(40);

function file(text: string, mode: FileState["mode"] = "100644"): FileState {
  return { content: encodeUtf8(text), mode };
}

function turnDiff(): TurnDiff {
  return createTurnDiff({ displayPath: (path) => path.replace("/repo/", ""), blobId });
}

/** The diff after one step of changes `[path, before, after, movePath]`. */
type Change = readonly [path: string, before: FileState | null, after: FileState | null, movePath?: string];

function rendered(...steps: readonly Change[]): string {
  const diff = turnDiff();
  for (const [path, before, after, movePath] of steps)
    diff.record([
      { path: `/repo/${path}`, movePath: movePath === undefined ? null : `/repo/${movePath}`, before, after },
    ]);
  return diff.render();
}

describe("the diff of a turn", () => {
  test("is empty when nothing was recorded, and when everything is as it was", () => {
    expect(rendered()).toBe("");
    expect(rendered(["a", file("1\n"), file("2\n")], ["a", file("2\n"), file("1\n")])).toBe("");
    expect(rendered(["a", null, file("1\n")], ["a", file("1\n"), null])).toBe("");
    expect(rendered(["a", file("1\n"), file("1\n"), "b"], ["b", file("1\n"), file("1\n"), "a"])).toBe("");
  });

  test("shows an updated file with its blob ids", () => {
    expect(rendered(["a.txt", file("one\ntwo\n"), file("one\n2\n")])).toBe(
      `diff --git a/a.txt b/a.txt\nindex ${id("one\ntwo\n")}..${id("one\n2\n")}\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n`,
    );
  });

  test("shows a new and a deleted file against /dev/null", () => {
    expect(rendered(["n", null, file("n\n")])).toBe(
      `diff --git a/n b/n\nnew file mode 100644\nindex ${NONE}..${id("n\n")}\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+n\n`,
    );
    expect(rendered(["d", file("d\n", "100755"), null])).toBe(
      `diff --git a/d b/d\ndeleted file mode 100755\nindex ${id("d\n")}..${NONE}\n--- a/d\n+++ /dev/null\n@@ -1 +0,0 @@\n-d\n`,
    );
  });

  test("shows an empty file without hunks and names", () => {
    expect(rendered(["e", null, file("")])).toBe(
      `diff --git a/e b/e\nnew file mode 100644\nindex ${NONE}..${id("")}\n`,
    );
  });

  test("adds steps up against the state before the first of them", () => {
    expect(rendered(["a", file("1\n"), file("2\n")], ["a", file("2\n"), file("3\n")])).toBe(
      `diff --git a/a b/a\nindex ${id("1\n")}..${id("3\n")}\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+3\n`,
    );
  });

  test("follows a file through its moves", () => {
    expect(
      rendered(["a", file("1\n2\n3\n"), file("1\n2\n3\n"), "b"], ["b", file("1\n2\n3\n"), file("1\n2\nx\n"), "c"]),
    ).toBe(
      `diff --git a/a b/c\nsimilarity index 66%\nrename from a\nrename to c\nindex ${id("1\n2\n3\n")}..${id("1\n2\nx\n")}\n--- a/a\n+++ b/c\n@@ -1,3 +1,3 @@\n 1\n 2\n-3\n+x\n`,
    );
    expect(rendered(["a", file("1\n"), file("1\n"), "b"])).toBe(
      "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n",
    );
  });

  test("shows a move onto a file that was there as one file gone and one changed", () => {
    const steps: readonly Change[] = [
      ["b", file("b\n"), null],
      ["a", file("a\n"), file("a\n"), "b"],
    ];
    expect(rendered(...steps)).toBe(
      `diff --git a/a b/a\ndeleted file mode 100644\nindex ${id("a\n")}..${NONE}\n--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n` +
        `diff --git a/b b/b\nindex ${id("b\n")}..${id("a\n")}\n--- a/b\n+++ b/b\n@@ -1 +1 @@\n-b\n+a\n`,
    );
  });

  test("shows a moved file as new when another one took its old place", () => {
    expect(rendered(["a", file("1\n"), file("1\n"), "b"], ["a", null, file("2\n")])).toBe(
      `diff --git a/a b/a\nindex ${id("1\n")}..${id("2\n")}\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+2\n` +
        `diff --git a/b b/b\nnew file mode 100644\nindex ${NONE}..${id("1\n")}\n--- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+1\n`,
    );
  });

  test("shows modes that changed", () => {
    expect(rendered(["s", file("x\n", "100755"), file("x\n")])).toBe(
      "diff --git a/s b/s\nold mode 100755\nnew mode 100644\n",
    );
  });

  test("shows a link that became a file as a link gone and a file come", () => {
    expect(rendered(["l", file("to", "120000"), file("f\n")])).toBe(
      `diff --git a/l b/l\ndeleted file mode 120000\nindex ${id("to")}..${NONE}\n--- a/l\n+++ /dev/null\n@@ -1 +0,0 @@\n-to\n\\ No newline at end of file\n` +
        `diff --git a/l b/l\nnew file mode 100644\nindex ${NONE}..${id("f\n")}\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+f\n`,
    );
  });

  test("does not show the content of what is not UTF-8", () => {
    const binary: FileState = { content: Uint8Array.from([0xff, 0xfe]), mode: "100644" };
    expect(rendered(["b", binary, file("text\n")])).toBe(
      `diff --git a/b b/b\nindex ${blobId(binary.content)}..${id("text\n")}\nBinary files differ\n`,
    );
  });

  test("quotes names as git does, and sorts files by the displayed path", () => {
    expect(
      rendered(["z", file("1\n", "100755"), file("1\n")], ['a\t"\\\u0001é', file("1\n", "100755"), file("1\n")]),
    ).toBe(
      'diff --git "a/a\\t\\"\\\\\\001é" "b/a\\t\\"\\\\\\001é"\nold mode 100755\nnew mode 100644\n' +
        "diff --git a/z b/z\nold mode 100755\nnew mode 100644\n",
    );
  });

  test("names files outside of a repository by their absolute path", () => {
    const diff = createTurnDiff({ displayPath: (path) => path, blobId });
    diff.record([{ path: "/w/a.txt", movePath: null, before: file("1\n", "100755"), after: file("1\n") }]);
    expect(diff.render()).toBe("diff --git a//w/a.txt b//w/a.txt\nold mode 100755\nnew mode 100644\n");
  });
});
