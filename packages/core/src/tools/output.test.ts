import { expect, test } from "vitest";
import { abortedCommandText, abortedToolText, formatCommand } from "./output.ts";

const policy = { unit: "bytes", limit: 20 } as const;
const report = { text: "bad\n", exitCode: 3, durationMs: 40, timedOutAfterMs: null };

test("the free form has exit code, wall time and the text", () => {
  expect(formatCommand(report, "freeform", policy)).toBe("Exit code: 3\nWall time: 0 seconds\nOutput:\nbad\n");
});

test("the structured form is JSON with one decimal of a second", () => {
  expect(formatCommand(report, "structured", policy)).toBe(
    '{"output":"bad\\n","metadata":{"exit_code":3,"duration_seconds":0.0}}',
  );
});

test("a text that is cut tells how many lines it had", () => {
  const long = { ...report, text: "line\n".repeat(10) };
  expect(formatCommand(long, "freeform", policy)).toBe(
    "Exit code: 3\nWall time: 0 seconds\nTotal output lines: 10\nOutput:\nline\nline\n…30 chars truncated…line\nline\n",
  );
  expect(JSON.parse(formatCommand(long, "structured", policy))).toMatchObject({
    output: "Total output lines: 10\n\nline\nline\n…30 chars truncated…line\nline\n",
  });
});

test("a timeout is said in the first line", () => {
  const late = { text: "start\n", exitCode: 124, durationMs: 312, timedOutAfterMs: 300 };
  expect(formatCommand(late, "freeform", { unit: "bytes", limit: 1000 })).toBe(
    "Exit code: 124\nWall time: 0.3 seconds\nOutput:\ncommand timed out after 300 milliseconds\nstart\n",
  );
});

test("what a person stopped says so, with at least a tenth of a second for commands", () => {
  expect(abortedCommandText(3)).toBe("Wall time: 0.1 seconds\naborted by user");
  expect(abortedCommandText(500)).toBe("Wall time: 0.5 seconds\naborted by user");
  expect(abortedToolText(1234)).toBe("aborted by user after 1.2s");
});
