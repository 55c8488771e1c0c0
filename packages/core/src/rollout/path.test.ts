import { expect, test } from "vitest";
import { parseRolloutName, rolloutPath } from "./path.ts";

const ID = "01a20220-0000-7000-8000-0000000000ff";

test("a rollout lies below its day, named by local time and thread", () => {
  expect(rolloutPath("/home/u/.heddle", ID, new Date(2026, 0, 2, 3, 4, 5))).toBe(
    `/home/u/.heddle/sessions/2026/01/02/rollout-2026-01-02T03-04-05-${ID}.jsonl`,
  );
});

test("the name of a rollout tells time and thread", () => {
  expect(parseRolloutName(`rollout-2026-01-02T03-04-05-${ID.toUpperCase()}.jsonl`)).toEqual({
    timestamp: "2026-01-02T03-04-05",
    threadId: ID,
  });
});

test.each([
  `rollout-2026-01-02T03-04-05-${ID}.jsonl.lock`,
  `rollout-2026-01-02T03-04-05-${ID}.json`,
  `rollout-2026-01-02-${ID}.jsonl`,
  "rollout-2026-01-02T03-04-05-1234.jsonl",
  `x-rollout-2026-01-02T03-04-05-${ID}.jsonl`,
  "notes.txt",
])("%s is no rollout", (name) => {
  expect(parseRolloutName(name)).toBeNull();
});
