import type { ResponseItem } from "@heddle/models";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createHistory } from "./history.ts";

const policy = { unit: "bytes", limit: 1000 } as const;
const user = (text: string): ResponseItem => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});
const call = (id: string, name = "shell_command"): ResponseItem => ({
  type: "function_call",
  name,
  arguments: "{}",
  call_id: id,
});
const output = (id: string, text: string): ResponseItem => ({
  type: "function_call_output",
  call_id: id,
  output: text,
});
const request = (items: readonly ResponseItem[], freeformPatch = false): ResponseItem[] =>
  createHistory(items).forRequest({ freeformPatch });

test("a call without an output gets `aborted` directly behind it", () => {
  expect(request([user("go"), call("c1"), user("after")])).toEqual([
    user("go"),
    call("c1"),
    output("c1", "aborted"),
    user("after"),
  ]);
});

test("ids that come again, as some endpoints count from 0 in each response, belong to the nearest call", () => {
  const first = [call("c"), output("c", "one")];
  expect(request([...first, call("c"), user("after")])).toEqual([
    ...first,
    call("c"),
    output("c", "aborted"),
    user("after"),
  ]);
  expect(request([output("c", "stray"), ...first, output("c", "again"), call("c"), output("c", "two")])).toEqual([
    ...first,
    call("c"),
    output("c", "two"),
  ]);
});

test("an output without a call is not sent, and neither is a ghost snapshot", () => {
  const ghost: ResponseItem = { type: "ghost_snapshot", ghost_commit: { id: "x" } };
  expect(request([user("go"), output("gone", "x"), ghost])).toEqual([user("go")]);
});

test("structured outputs become text where the free-form patch tool is offered, and stay what they are in the history", () => {
  const structured = '{"output":"hi\\n","metadata":{"exit_code":0,"duration_seconds":0.3}}';
  const items = [call("c1", "shell"), output("c1", structured)];
  expect(request(items, true)).toEqual([
    call("c1", "shell"),
    output("c1", "Exit code: 0\nWall time: 0.3 seconds\nOutput:\nhi\n"),
  ]);
  expect(request(items, false)).toEqual(items);
});

test("a cut structured output keeps its count of lines in the header", () => {
  const text = "Total output lines: 9\n\nhead…tail";
  const structured = JSON.stringify({ output: text, metadata: { exit_code: 1, duration_seconds: 2 } });
  expect(request([call("c1", "shell"), output("c1", structured)], true).at(-1)).toEqual(
    output("c1", "Exit code: 1\nWall time: 2 seconds\nTotal output lines: 9\nOutput:\nhead…tail"),
  );
});

test("a patch that came inside a script stays structured", () => {
  const structured = '{"output":"done","metadata":{"exit_code":0,"duration_seconds":0.0}}';
  const items = [call("c1", "shell_command"), output("c1", structured)];
  expect(request(items, true)).toEqual(items);
});

test("what is recorded may be a fifth longer than what a tool gives, and is cut beyond that", () => {
  const history = createHistory();
  expect(history.record(output("c1", "x".repeat(1200)), policy)).toEqual(output("c1", "x".repeat(1200)));
  expect(history.record(output("c2", "x".repeat(1300)), policy)).toEqual(
    output("c2", `${"x".repeat(600)}…100 chars truncated…${"x".repeat(600)}`),
  );
});

test("texts of an output share one budget; images stay", () => {
  const image = { type: "input_image", image_url: "data:," } as const;
  const text = (value: string) => ({ type: "input_text", text: value }) as const;
  const item: ResponseItem = {
    type: "function_call_output",
    call_id: "c1",
    output: [text("a".repeat(1200)), image, text("b"), text("c")],
  };
  expect(createHistory().record(item, policy)).toEqual({
    ...item,
    output: [text("a".repeat(1200)), image, text("[omitted 2 text items ...]")],
  });
});

test("in every request each call has exactly one output, behind it, and each output a call", () => {
  const ids = fc.constantFrom("a", "b", "c");
  const item = fc.oneof(
    fc.constant(user("x")),
    ids.map((id) => call(id)),
    ids.map((id) => output(id, "ok")),
  );
  fc.assert(
    fc.property(fc.uniqueArray(item, { selector: (value) => JSON.stringify(value) }), (items) => {
      const sent = request(items);
      const called = sent.flatMap((entry) => (entry.type === "function_call" ? [entry.call_id] : []));
      const answered = sent.flatMap((entry) => (entry.type === "function_call_output" ? [entry.call_id] : []));
      expect(answered.toSorted()).toEqual(called.toSorted());
    }),
  );
});

test("what the model has not answered stays so in another history", () => {
  const history = createHistory([user("one")]);
  history.record(user("two"), policy);
  history.markAnswered();
  const fresh = history.record(user("three"), policy);
  history.replace([user("summary"), fresh]);
  expect(history.unanswered).toEqual([user("three")]);
  history.replace([user("summary")]);
  expect(history.unanswered).toEqual([]);
});
