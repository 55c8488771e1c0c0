import { expect, test } from "vitest";
import { noMcpStartup, stepMcpStartup } from "./mcp-startup.ts";

type Told = readonly [name: string, status: "starting" | "ready" | "failed" | "cancelled", error?: string];

function render(...told: readonly Told[]): string {
  let startup = noMcpStartup;
  let text = "";
  for (const [name, status, error = null] of told) {
    const step = stepMcpStartup(startup, { threadId: null, name, status, error, failureReason: null });
    startup = step.startup;
    text += step.text;
  }
  return text;
}

test("each server is a line, and the sum comes when none is starting any more", () => {
  expect(
    render(
      ["c", "starting"],
      ["b", "starting"],
      ["a", "starting"],
      ["a", "ready"],
      ["c", "failed", "no program"],
      ["b", "failed", "no login"],
    ),
  ).toBe(
    "mcp: c starting\nmcp: b starting\nmcp: a starting\nmcp: a ready\nmcp: c failed: no program\nmcp: b failed: no login\n" +
      "mcp startup: ready: a; failed: b, c\n",
  );
});

test("a later restart is a line, and no second sum", () => {
  expect(render(["a", "starting"], ["a", "ready"], ["a", "starting"], ["a", "ready"])).toBe(
    "mcp: a starting\nmcp: a ready\nmcp startup: ready: a\nmcp: a starting\nmcp: a ready\n",
  );
});

test("nothing that a server says steers the terminal", () => {
  expect(render(["a", "starting"], ["a", "failed", "\u001b[2Jgone"])).toContain("mcp: a failed: gone\n");
});
