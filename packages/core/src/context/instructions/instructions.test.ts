import { parsePatch } from "@heddle/apply-patch";
import { expect, test } from "vitest";
import { APPLY_PATCH_INSTRUCTIONS } from "./apply-patch.ts";
import { ASSESSMENT_INSTRUCTIONS } from "./assessment.ts";
import { baseInstructions } from "./base.ts";
import { COMPACT_PROMPT, SUMMARY_PREFIX, summaryMessage } from "./compact.ts";
import { REVIEW_INSTRUCTIONS } from "./review.ts";
import * as tools from "./tool-descriptions.ts";

const BASES = ["general", "codex", "codex-max", "gpt-5.1"] as const;

test.each(BASES)("the %s prompt explains every word that an environment block can contain", (base) => {
  const text = baseInstructions({ base });
  const words = [
    "read-only",
    "workspace-write",
    "danger-full-access",
    "untrusted",
    "on-failure",
    "on-request",
    "never",
  ];
  const missing = [...words, "restricted", "enabled", "require_escalated", "justification"].filter(
    (word) => !text.includes(`\`${word}\``) && !text.includes(`"${word}"`),
  );
  expect(missing).toEqual([]);
});

test.each(BASES)("the %s prompt names the plan and patch tools and rg", (base) => {
  for (const name of ["`update_plan`", "`apply_patch`", "`rg`", "AGENTS.md"]) {
    expect(baseInstructions({ base })).toContain(name);
  }
});

test("prompts are whole: no hole, no line that ends in a space, no blank edges", () => {
  const texts = [
    ...BASES.map((base) => baseInstructions({ base })),
    APPLY_PATCH_INSTRUCTIONS,
    COMPACT_PROMPT,
    SUMMARY_PREFIX,
    REVIEW_INSTRUCTIONS,
    ASSESSMENT_INSTRUCTIONS,
    ...Object.values(tools).flatMap((text) => (typeof text === "string" ? [text] : Object.values(text))),
  ];
  for (const text of texts) {
    expect(text).not.toMatch(/undefined|\[object|\$\{|[ \t]$|\n{3}/m);
    expect(text).toBe(text.trim());
  }
});

test("the patch that is shown as an example, and the one in the command, are patches", () => {
  const [, example] =
    /^(\*\*\* Begin Patch\n\*\*\* Add File: docs[\s\S]*?\n\*\*\* End Patch)$/m.exec(APPLY_PATCH_INSTRUCTIONS) ?? [];
  expect(parsePatch(example ?? "").hunks).toEqual([
    { type: "add", path: "docs/limits.md", content: "# Limits\n\nOne request at a time.\n" },
    {
      type: "update",
      path: "src/server.py",
      moveTo: "src/http_server.py",
      chunks: [
        {
          contexts: ["class Server", "    def accept(self):"],
          oldLines: [
            "        connection = self.socket.accept()",
            "        self.handle(connection)",
            "        connection.close()",
          ],
          newLines: [
            "        connection = self.socket.accept()",
            "        with self.limit:",
            "            self.handle(connection)",
            "        connection.close()",
          ],
          atEnd: false,
        },
      ],
    },
    { type: "delete", path: "src/old_server.py" },
  ]);
  const command: unknown = JSON.parse(APPLY_PATCH_INSTRUCTIONS.split("\n").at(-1) ?? "");
  expect(command).toEqual({
    command: ["apply_patch", "*** Begin Patch\n*** Add File: hello.txt\n+Hello\n*** End Patch\n"],
  });
});

test("the example of a review's answer is JSON of the shape that is read back", () => {
  const start = REVIEW_INSTRUCTIONS.indexOf('{\n  "findings"');
  const example = REVIEW_INSTRUCTIONS.slice(start, REVIEW_INSTRUCTIONS.lastIndexOf("}") + 1);
  const json: unknown = JSON.parse(example.replaceAll(/<(?:number|0|first|last)[^>]*>/g, "0"));
  expect(json).toEqual({
    findings: [
      {
        title: expect.any(String),
        body: expect.any(String),
        confidence_score: 0,
        priority: 0,
        code_location: { absolute_file_path: expect.any(String), line_range: { start: 0, end: 0 } },
      },
    ],
    overall_correctness: "<'patch is correct' or 'patch is incorrect'>",
    overall_explanation: expect.any(String),
    overall_confidence_score: 0,
  });
});

test("a summary enters the history behind the constant prefix; an empty one says so", () => {
  expect(summaryMessage("All done.")).toBe(`${SUMMARY_PREFIX}\nAll done.`);
  expect(summaryMessage(" \n")).toBe(`${SUMMARY_PREFIX}\n(no summary available)`);
});
