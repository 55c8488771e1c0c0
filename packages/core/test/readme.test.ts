import { itemId, turnId } from "@heddle/protocol";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { turnsOf } from "./readme-example.ts";

test("the README's example is one that runs: a log adds up to turns", async () => {
  const id = turnId("0");
  const item = { type: "agentMessage", id: itemId("m"), text: "hello" } as const;
  const turns = turnsOf([
    { type: "turnStarted", turnId: id },
    { type: "itemCompleted", turnId: id, item },
    { type: "turnCompleted", turnId: id, outcome: { status: "completed" } },
  ]);
  expect(turns).toEqual([{ id, items: [item], status: "completed", error: null }]);
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});

test("a turn without an end was cut off: it is interrupted, and what ran is shown as failed", () => {
  const id = turnId("0");
  const running = {
    type: "fileChange",
    id: itemId("call"),
    changes: [],
    status: "inProgress",
  } as const;
  expect(
    turnsOf([
      { type: "turnStarted", turnId: id },
      { type: "itemStarted", turnId: id, item: running },
    ]),
  ).toEqual([{ id, items: [{ ...running, status: "failed" }], status: "interrupted", error: null }]);
});
