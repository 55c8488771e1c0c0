import { step, type Step } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle } from "./support/start-heddle.ts";

const event = (type: string, more: object): Step => step.raw({ type, ...more });
const thought = (delta: string, summary_index: number, item_id = "x"): Step =>
  event("response.reasoning_summary_text.delta", { item_id, summary_index, delta });
const text = (delta: string, item_id = "x"): Step => event("response.output_text.delta", { item_id, delta });
const done = (said: string, id = "x"): Step =>
  event("response.output_item.done", {
    item: { id, type: "message", role: "assistant", content: [{ type: "output_text", text: said }] },
  });
const message = (id: string, said: string): object => ({ type: "agentMessage", id, text: said });
const reasoning = (id: string, ...summary: string[]): object => ({ type: "reasoning", id, summary, content: [] });

test.each<[string, readonly Step[], readonly object[]]>([
  [
    "reasoning and text under one id are two items",
    [thought("th", 0), text("hello"), done("hello")],
    [message("x", "hello"), reasoning("x", "th")],
  ],
  [
    "text behind the end of its message is a message of its own",
    [text("a"), done("a"), text("b")],
    [message("x", "a"), message("x-2", "b")],
  ],
  ["a message that is told twice is shown twice", [done("a"), done("a")], [message("x", "a"), message("x-2", "a")]],
  [
    "places that no text can have are taken for the last one, and fill no memory",
    [thought("a", 1), thought("b", -1), thought("c", 1e9), thought("d", 0.5), thought("e", 2 ** 60)],
    [reasoning("x", "", "abcde")],
  ],
])("%s", async (_what, steps, items) => {
  await using heddle = await startHeddle({ script: [[...steps], [step.text("end")]] });
  const turn = await heddle.runTurn(await heddle.startThread(), "go");
  expect(turn).toMatchObject({ status: "completed", error: null });
  expect(turn.items.slice(1)).toEqual(items);
});
