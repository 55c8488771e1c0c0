import { describe, expect, test } from "vitest";
import { detectPatchCall, type PatchDetection, type ScriptCall } from "./detect-patch-call.ts";

const PATCH = "*** Begin Patch\n*** Add File: foo\n+hi\n*** End Patch";
const patch = { hunks: [{ type: "add" as const, path: "foo", content: "hi\n" }] };
const IMPLICIT =
  'apply_patch verification failed: patch detected without explicit call to apply_patch. Rerun as ["apply_patch", "<patch>"]';

/** Reads scripts as `READ program|cd`; every other script is something else. */
function detect(...argv: readonly string[]): PatchDetection {
  const readScript = (script: string): ScriptCall | null => {
    const [, program, cd] = /^READ ([^|]*)\|(.*)$/m.exec(script) ?? [];
    if (program === undefined || cd === undefined) return null;
    return { program, cd: cd === "" ? null : cd, body: script.includes("BAD") ? "nope" : PATCH };
  };
  return detectPatchCall(argv, { cwd: "/w", readScript });
}

describe("an argv is a patch", () => {
  test.each([
    ["apply_patch and its text", ["apply_patch", PATCH], "/w"],
    ["applypatch and its text", ["applypatch", PATCH], "/w"],
    ["apply_patch and a here-document", ["apply_patch", `<<'EOF'\n${PATCH}\nEOF\n`], "/w"],
    ["bash with a script", ["bash", "-lc", "READ apply_patch|"], "/w"],
    ["bash without login", ["/bin/bash", "-c", "READ applypatch|"], "/w"],
    ["zsh in another directory", ["/usr/bin/zsh", "-lc", "READ apply_patch|sub dir"], "/w/sub dir"],
    ["sh in an absolute directory", ["sh", "-c", "READ apply_patch|/other"], "/other"],
    ["PowerShell", ["powershell.exe", "-Command", "READ apply_patch|"], "/w"],
    ["PowerShell without profile", ["C:\\bin\\PWSH.EXE", "-NoProfile", "-command", "READ apply_patch|"], "/w"],
    ["cmd", ["cmd.exe", "/c", "READ apply_patch|sub"], "/w/sub"],
  ])("%s", (_what, argv, cwd) => {
    expect(detect(...argv)).toEqual({ type: "patch", patch, cwd });
  });

  test("without hunks, which planning rejects", () => {
    expect(detect("apply_patch", "*** Begin Patch\n*** End Patch")).toEqual({
      type: "patch",
      patch: { hunks: [] },
      cwd: "/w",
    });
  });
});

describe("an argv is a mistake to tell the model", () => {
  test.each([
    ["a patch without a program", [PATCH], IMPLICIT],
    ["a patch as a script", ["bash", "-lc", `\n${PATCH}\n`], IMPLICIT],
    ["a patch in a here-document as a script", ["bash", "-lc", `<<'EOF'\n${PATCH}\nEOF`], IMPLICIT],
    [
      "no patch",
      ["apply_patch", "nope"],
      "apply_patch verification failed: invalid patch: The first line of the patch must be '*** Begin Patch'",
    ],
    [
      "no patch in a script",
      ["bash", "-lc", "READ apply_patch|\nBAD"],
      "apply_patch verification failed: invalid patch: The first line of the patch must be '*** Begin Patch'",
    ],
  ])("%s", (_what, argv, message) => {
    expect(detect(...argv)).toEqual({ type: "error", message });
  });
});

describe("an argv is an ordinary command", () => {
  test.each([
    ["nothing", []],
    ["a program", ["ls"]],
    ["apply_patch with more arguments", ["apply_patch", PATCH, "x"]],
    ["apply_patch by its path", ["/usr/bin/apply_patch", PATCH]],
    ["another program with a patch", ["cat", PATCH]],
    ["a script that is no such call", ["bash", "-lc", "echo x | apply_patch"]],
    ["a script of another program", ["bash", "-lc", "READ apply-patch|"]],
    ["other flags", ["bash", "-ic", "READ apply_patch|"]],
    ["more flags", ["bash", "-l", "-c", "READ apply_patch|"]],
    ["another shell", ["fish", "-c", "READ apply_patch|"]],
  ])("%s", (_what, argv) => {
    expect(detect(...argv)).toEqual({ type: "none" });
  });

  test("and its script is not read when it cannot be a patch", () => {
    const readScript = (): never => {
      throw new Error("read");
    };
    expect(detectPatchCall(["bash", "-lc", "ls -l"], { cwd: "/w", readScript })).toEqual({ type: "none" });
  });
});
