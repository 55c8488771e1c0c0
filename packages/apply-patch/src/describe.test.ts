import { describe, expect, test } from "vitest";
import { createMemoryFiles } from "../test/memory-files.ts";
import { commitPatch, describeForModel, isWriteDenied, parsePatch, PatchError, planPatch } from "./index.ts";

async function errorOf(files: ReturnType<typeof createMemoryFiles>, ...lines: readonly string[]): Promise<PatchError> {
  try {
    const patch = parsePatch(lines.join("\n"));
    await commitPatch(await planPatch(patch, { cwd: "/w", files }), files);
  } catch (error) {
    if (error instanceof PatchError) return error;
    throw error;
  }
  throw new Error("the patch was applied");
}

/** The error of a patch on one file `f.txt`: what the standalone command prints, and what the model is told. */
async function texts(content: string | null, ...lines: readonly string[]): Promise<readonly [string, string]> {
  const files = createMemoryFiles(content === null ? { "/w/other": "" } : { "/w/f.txt": content });
  const error = await errorOf(files, "*** Begin Patch", ...lines, "*** End Patch");
  return [error.message, describeForModel(error)];
}

describe("an error reads", () => {
  test("without a patch", async () => {
    const error = await errorOf(createMemoryFiles(), "nope");
    expect([error.message, describeForModel(error)]).toEqual([
      "Invalid patch: The first line of the patch must be '*** Begin Patch'",
      "apply_patch verification failed: invalid patch: The first line of the patch must be '*** Begin Patch'",
    ]);
  });

  test("with a bad line", async () => {
    expect(await texts("", "*** Update File: f.txt", "@@", "bad")).toEqual([
      "Invalid patch hunk on line 4: Unexpected line found in update hunk: 'bad'. Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)",
      "apply_patch verification failed: invalid hunk at line 4, Unexpected line found in update hunk: 'bad'. Every line should start with ' ' (context line), '+' (added line), or '-' (removed line)",
    ]);
  });

  test("without hunks", async () => {
    expect(await texts("")).toEqual(["No files were modified.", "patch rejected: empty patch"]);
  });

  test("with a missing file", async () => {
    expect(await texts(null, "*** Update File: f.txt", "-a")).toEqual([
      "Failed to read file to update f.txt: No such file or directory (os error 2)",
      "apply_patch verification failed: Failed to read file to update /w/f.txt: No such file or directory (os error 2)",
    ]);
    expect(await texts(null, "*** Delete File: f.txt")).toEqual([
      "Failed to delete file f.txt",
      "apply_patch verification failed: Failed to delete file /w/f.txt\n\nReason: No such file or directory (os error 2)",
    ]);
  });

  test("with lines that are nowhere", async () => {
    expect(await texts("a\n", "*** Update File: f.txt", "-zzz", "-yyy")).toEqual([
      "Failed to find expected lines in f.txt:\nzzz\nyyy",
      "apply_patch verification failed: Failed to find expected lines in /w/f.txt:\nzzz\nyyy\n\nNo line of the file resembles them. Read the file again.",
    ]);
  });

  test("with lines that are nearly somewhere", async () => {
    const [, model] = await texts("a\nb\nc\nd\n", "*** Update File: f.txt", " b", "-x", " d");
    expect(model).toBe(
      "apply_patch verification failed: Failed to find expected lines in /w/f.txt:\nb\nx\nd\n\nNearest candidate: line 2 of the file (2 of these lines match from there). First difference at line 3:\nexpected: x\nfound:    c",
    );
    const [, atEnd] = await texts("a\nb\n", "*** Update File: f.txt", " b", "-x");
    expect(atEnd).toContain("First difference at line 3:\nexpected: x\nfound:    (the file ends here)");
  });

  test("with lines that come too late or too early", async () => {
    const [, late] = await texts("a\nb\n", "*** Update File: f.txt", "-b", "@@", "-a");
    expect(late).toContain("\n\nThe file has these lines at line 1, but the search starts behind line 2, ");
    const [, early] = await texts("a\nb\n", "*** Update File: f.txt", "-a", "*** End of File");
    expect(early).toContain(
      "\n\nThe file has these lines at line 1, but *** End of File asks for the last lines, and the file ends with line 2.",
    );
  });

  test("with a context that is missing", async () => {
    expect(await texts("class A:\n", "*** Update File: f.txt", "@@ class AB:", " x")).toEqual([
      "Failed to find context 'class AB:' in f.txt",
      "apply_patch verification failed: Failed to find context 'class AB:' in /w/f.txt\n\nNearest candidate: line 1 of the file. First difference at line 1:\nexpected: class AB:\nfound:    class A:",
    ]);
    const [, range] = await texts("a\n", "*** Update File: f.txt", "@@ -1,2 +1,2 @@", "-a");
    expect(range).toContain("\n\nLine numbers are not understood here: put a line of the file after @@, or nothing.");
  });

  test("with a long line, of which a hint quotes the beginning", async () => {
    const long = "x".repeat(5000);
    const [, model] = await texts(`${long}y\n`, "*** Update File: f.txt", `-${long}z`);
    expect(model.length).toBeLessThan(5000 + 1000);
  });

  test("with a write that failed and was taken back", async () => {
    const files = createMemoryFiles({ "/w/f.txt": "a\n" });
    files.failAt(0, "ENOSPC");
    const error = await errorOf(files, "*** Begin Patch", "*** Add File: n", "+n", "*** End Patch");
    expect([error.message, describeForModel(error), isWriteDenied(error)]).toEqual([
      "Failed to write file n",
      "Failed to write file n\nReason: No space left on device (os error 28)\nNo file was changed.",
      false,
    ]);
  });

  test("with a write that failed and could not be taken back", async () => {
    const files = createMemoryFiles({ "/w/f.txt": "a\n" });
    files.failAt(2, "EIO", 100);
    const patch = ["*** Add File: n/a", "+n", "*** Add File: b", "+n"];
    expect(describeForModel(await errorOf(files, "*** Begin Patch", ...patch, "*** End Patch"))).toBe(
      "Failed to write file b\nReason: Input/output error (os error 5)\nTaking the patch back failed too. These are not as they were:\n/w/n",
    );
  });

  test("with a write that the system or a guard refuses, which more rights might allow", async () => {
    const files = createMemoryFiles({ "/w/f.txt": "a\n" });
    files.failAt(0, "EACCES");
    const error = await errorOf(files, "*** Begin Patch", "*** Add File: d/n", "+n", "*** End Patch");
    expect([error.message, isWriteDenied(error)]).toEqual(["Failed to create parent directories for d/n", true]);
  });

  test("with a file that changed while an approval was waited for", async () => {
    const files = createMemoryFiles({ "/w/f.txt": "a\n" });
    const plan = await planPatch(parsePatch("*** Begin Patch\n*** Update File: f.txt\n-a\n*** End Patch"), {
      cwd: "/w",
      files,
    });
    const error = await commitPatch(plan, createMemoryFiles({ "/w/f.txt": "b\n" })).catch((error: unknown) => error);
    expect(error instanceof PatchError ? describeForModel(error) : null).toBe(
      "Failed to write file f.txt: it was changed after the patch had been verified\nNo file was changed.",
    );
  });
});
