import { expect, test } from "vitest";
import { looksDenied } from "./denial.ts";
import type { ExitOutcome } from "./process/outcome.ts";

function outcome(fields: Partial<ExitOutcome>): ExitOutcome {
  return {
    exitCode: 1,
    timedOut: false,
    aborted: false,
    signal: null,
    durationMs: 1,
    aggregated: "",
    stdout: "",
    stderr: "",
    omittedBytes: 0,
    omittedDeltas: 0,
    setupFailure: null,
    tampered: [],
    ...fields,
  };
}

test.each([
  ["a refusal on stderr", { stderr: "touch: cannot touch 'x': Read-only file system" }, true],
  ["one on stdout, in capitals", { stdout: "PERMISSION DENIED" }, true],
  ["one in the aggregate", { aggregated: "Operation not permitted" }, true],
  ["one that came with a shell's exit code", { exitCode: 126, stderr: "Permission denied" }, true],
  ["an ordinary failure", { stderr: "no such table" }, false],
  ["success, whatever it printed", { exitCode: 0, stderr: "permission denied" }, false],
  ["command not found", { exitCode: 127, stderr: "not found" }, false],
  ["death by the filter", { exitCode: 159 }, true],
  ["a timeout", { exitCode: 124, timedOut: true, stderr: "permission denied" }, false],
  ["an abort", { exitCode: 137, aborted: true, stderr: "permission denied" }, false],
  ["a sandbox that could not be set up", { setupFailure: "No such file", stderr: "bwrap: Permission denied" }, false],
  ["a change that was undone", { exitCode: 0, tampered: ["/ws/.git/config"] }, true],
  ["a word far above the end", { stdout: `permission denied${"x".repeat(70_000)}` }, false],
] satisfies [string, Partial<ExitOutcome>, boolean][])("%s", (_, fields, denied) => {
  expect(looksDenied(outcome(fields))).toBe(denied);
});
