import type { JsonValue } from "@heddle/protocol";
import { expect, test } from "vitest";
import type { RolloutLine } from "./reader.ts";
import { readReferenceTurns, readReferenceUsage } from "./reference-codec.ts";

const line = (type: string, payload: JsonValue): RolloutLine => ({
  timestamp: "2026-11-22T07:20:02.827Z",
  type,
  payload,
});
const event = (type: string, fields: Record<string, JsonValue> = {}) => line("event_msg", { type, ...fields });
const item = (type: string, fields: Record<string, JsonValue>) => line("response_item", { type, ...fields });
const said = (message: string, images: string[] = []) => event("user_message", { message, images });
const answered = (message: string) => event("agent_message", { message });
const call = (name: string, callId: string, input: JsonValue) =>
  item("function_call", { name, call_id: callId, arguments: JSON.stringify(input) });
const output = (callId: string, text: string) => item("function_call_output", { call_id: callId, output: text });

const START = [
  line("session_meta", { id: "01a20220-0000-7000-8000-000000000001", cwd: "/repo", cli_version: "0.66.0" }),
  item("message", {
    role: "user",
    content: [{ type: "input_text", text: "<environment_context>\n  <shell>zsh</shell>\n</environment_context>" }],
  }),
];

/** The items of the only turn behind what the user said. */
function itemsOf(...lines: RolloutLine[]) {
  const [turn] = readReferenceTurns([...START, said("go"), ...lines]);
  return turn?.items.slice(1);
}

test("each user message begins a turn; ids count through the thread", () => {
  const turns = readReferenceTurns([
    ...START,
    item("message", { role: "user", content: [{ type: "input_text", text: "hello" }] }),
    said("hello", ["data:image/png;base64,AA=="]),
    line("turn_context", { cwd: "/repo", model: "m" }),
    event("token_count", { info: null }),
    event("agent_reasoning", { text: "**Plan**" }),
    event("agent_reasoning", { text: "think" }),
    event("agent_reasoning_raw_content", { text: "raw" }),
    answered("done"),
    item("message", { role: "assistant", content: [{ type: "output_text", text: "done" }] }),
    event("agent_reasoning", { text: "more" }),
    said("and now?"),
    answered(""),
    answered("now this"),
  ]);
  expect(turns).toEqual([
    {
      id: "turn-1",
      status: "completed",
      error: null,
      items: [
        {
          type: "userMessage",
          id: "item-1",
          content: [
            { type: "text", text: "hello" },
            { type: "image", url: "data:image/png;base64,AA==" },
          ],
        },
        { type: "reasoning", id: "item-2", summary: ["**Plan**", "think"], content: ["raw"] },
        { type: "agentMessage", id: "item-3", text: "done" },
        { type: "reasoning", id: "item-4", summary: ["more"], content: [] },
      ],
    },
    {
      id: "turn-2",
      status: "completed",
      error: null,
      items: [
        { type: "userMessage", id: "item-5", content: [{ type: "text", text: "and now?" }] },
        { type: "agentMessage", id: "item-6", text: "now this" },
      ],
    },
  ]);
});

test("an aborted turn is interrupted, and only that one", () => {
  const turns = readReferenceTurns([
    event("turn_aborted", { reason: "interrupted" }),
    said("a"),
    event("turn_aborted", { reason: "replaced" }),
    said("b"),
  ]);
  expect(turns.map(({ id, status }) => [id, status])).toEqual([
    ["turn-1", "interrupted"],
    ["turn-2", "completed"],
  ]);
});

test("a last turn that ends with a call in flight was cut off", () => {
  const turns = readReferenceTurns([said("a"), call("shell_command", "c1", { command: "sleep 9" })]);
  expect(turns.map(({ status, items }) => [status, items[1]])).toEqual([
    ["interrupted", expect.objectContaining({ id: "c1", status: "failed", exitCode: -1 })],
  ]);
});

test("commands come back from what the model asked and was told", () => {
  const text = "Exit code: 3\nWall time: 0.3 seconds\nTotal output lines: 9\nOutput:\nbad\n";
  expect(itemsOf(call("shell_command", "c1", { command: "cat x", workdir: "sub" }), output("c1", text))).toEqual([
    {
      type: "commandExecution",
      id: "c1",
      command: "zsh -lc 'cat x'",
      cwd: "/repo/sub",
      processId: null,
      status: "failed",
      commandActions: [{ type: "read", command: "cat x", name: "x", path: "x" }],
      aggregatedOutput: "bad\n",
      exitCode: 3,
      durationMs: 300,
    },
  ]);
});

test.each([
  ['{"output":"hi\\n","metadata":{"exit_code":0,"duration_seconds":1.5}}', ["completed", 0, "hi\n", 1500]],
  [
    '{"output":"Total output lines: 9\\n\\nhi","metadata":{"exit_code":1,"duration_seconds":0.0}}',
    ["failed", 1, "hi", 0],
  ],
  ["Exit code: 0\nWall time: 0 seconds\nOutput:\n", ["completed", 0, null, 0]],
  [
    "Chunk ID: 91\nWall time: 0.0262 seconds\nProcess exited with code 0\nOriginal token count: 1\nOutput:\nhi",
    ["completed", 0, "hi", 26],
  ],
  ["Wall time: 0.5 seconds\naborted by user", ["failed", -1, "Wall time: 0.5 seconds\naborted by user", null]],
  ["aborted", ["failed", -1, "aborted", null]],
  ["{torn", ["failed", -1, "{torn", null]],
  ["exec command rejected by user", ["declined", null, null, null]],
])("the answer %j is read", (text, [status, exitCode, aggregatedOutput, durationMs]) => {
  expect(itemsOf(call("shell", "c1", { command: ["true"] }), output("c1", text))).toEqual([
    expect.objectContaining({ command: "true", status, exitCode, aggregatedOutput, durationMs }),
  ]);
});

test.each([
  [call("exec_command", "c1", { cmd: "ls", login: false, shell: "/bin/sh" }), "/bin/sh -c ls"],
  [call("container.exec", "c1", { command: ["ls", "-l"] }), "ls -l"],
  [
    item("local_shell_call", {
      call_id: "c1",
      status: "completed",
      action: { type: "exec", command: ["ls"], working_directory: "/tmp" },
    }),
    "ls",
  ],
])("every kind of shell call makes a command: %j", (lineOfCall, command) => {
  expect(itemsOf(lineOfCall)).toEqual([expect.objectContaining({ type: "commandExecution", id: "c1", command })]);
});

const PATCH = [
  "*** Begin Patch",
  "*** Update File: b.txt",
  "*** Move to: c.txt",
  "@@ top",
  " keep",
  "-old",
  "+new",
  "*** Add File: a.txt",
  "+one",
  "*** Delete File: d.txt",
  "*** End Patch",
].join("\n");

const CHANGES = [
  { path: "/repo/a.txt", kind: { type: "add" }, diff: "one\n" },
  {
    path: "/repo/b.txt",
    kind: { type: "update", move_path: "/repo/c.txt" },
    diff: "@@\n keep\n-old\n+new\n\n\nMoved to: /repo/c.txt",
  },
  { path: "/repo/d.txt", kind: { type: "delete" }, diff: "" },
];

test.each([
  ["free-form", item("custom_tool_call", { name: "apply_patch", call_id: "c1", input: PATCH })],
  ["function", call("apply_patch", "c1", { input: PATCH })],
  ["command", call("shell", "c1", { command: ["apply_patch", PATCH] })],
  ["script", call("shell_command", "c1", { command: `apply_patch <<'EOF'\n${PATCH}\nEOF` })],
])("a %s patch makes a file change", (_kind, lineOfCall) => {
  const success = '{"output":"Success.","metadata":{"exit_code":0,"duration_seconds":0.0}}';
  expect(itemsOf(lineOfCall, item("custom_tool_call_output", { call_id: "c1", output: success }))).toEqual([
    { type: "fileChange", id: "c1", changes: CHANGES, status: "completed" },
  ]);
});

test("a rejected patch is declined; one that did not fit or parse made no item", () => {
  expect(itemsOf(call("apply_patch", "c1", { input: PATCH }), output("c1", "patch rejected by user"))).toEqual([
    { type: "fileChange", id: "c1", changes: CHANGES, status: "declined" },
  ]);
  const failed = "apply_patch verification failed: Failed to read file to update /repo/b.txt";
  expect(itemsOf(call("apply_patch", "c1", { input: PATCH }), output("c1", failed))).toEqual([]);
  expect(itemsOf(call("apply_patch", "c1", { input: "no patch" }), output("c1", failed))).toEqual([]);
});

test("calls of MCP tools come back with result or error", () => {
  const base = {
    type: "mcpToolCall",
    id: "c1",
    server: "my-srv",
    tool: "echo__it",
    arguments: { a: 1 },
    durationMs: null,
  };
  const asked = call("mcp__my-srv__echo__it", "c1", { a: 1 });
  expect(itemsOf(asked, output("c1", '[{"text":"hello","type":"text"}]'))).toEqual([
    {
      ...base,
      status: "completed",
      result: { content: [{ type: "text", text: "hello" }], structuredContent: null },
      error: null,
    },
  ]);
  expect(itemsOf(asked, output("c1", '{"n":1}'))).toEqual([
    {
      ...base,
      status: "completed",
      result: { content: [{ type: "text", text: '{"n":1}' }], structuredContent: { n: 1 } },
      error: null,
    },
  ]);
  expect(itemsOf(asked, output("c1", "err: tool call error: boom"))).toEqual([
    { ...base, status: "failed", result: null, error: { message: "tool call error: boom" } },
  ]);
});

test("searches and looked-at images come back; plans, other tools and broken arguments make no item", () => {
  expect(
    itemsOf(
      item("web_search_call", { id: "ws1", status: "completed", action: { type: "search", query: "weather" } }),
      call("view_image", "c2", { path: "a.png" }),
      call("update_plan", "c3", { plan: [] }),
      output("c3", "Plan updated"),
      item("function_call", { name: "shell", call_id: "c4", arguments: "{torn" }),
      call("shell", "c5", { command: "not an argv" }),
      call("unheard_of", "c6", {}),
      output("never-asked", "x"),
      line("response_item", null),
      line("event_msg", "x"),
    ),
  ).toEqual([
    { type: "webSearch", id: "ws1", query: "weather" },
    { type: "imageView", id: "c2", path: "/repo/a.png" },
  ]);
});

test("our own lines make no turns here, and what follows them belongs to none", () => {
  const ours = line("event", { v: 1, event: { type: "turnStarted", turnId: "0" } });
  const turns = readReferenceTurns([said("a"), ours, call("shell", "c1", { command: ["ls"] }), said("b")]);
  expect(turns.map(({ id, items }) => [id, items.length])).toEqual([
    ["turn-1", 1],
    ["turn-2", 1],
  ]);
  expect(readReferenceTurns([...START, ours, call("shell", "c1", { command: ["ls"] })])).toEqual([]);
});

test("the token usage is the one that was recorded last", () => {
  const usage = (total: number) => ({
    input_tokens: total,
    cached_input_tokens: 1,
    output_tokens: 2,
    reasoning_output_tokens: 3,
    total_tokens: total,
  });
  const count = (n: number) =>
    event("token_count", {
      info: { total_token_usage: usage(n), last_token_usage: usage(n - 5), model_context_window: 258400 },
    });
  const breakdown = (total: number) => ({
    inputTokens: total,
    cachedInputTokens: 1,
    outputTokens: 2,
    reasoningOutputTokens: 3,
    totalTokens: total,
  });
  expect(readReferenceUsage([count(10), count(20), event("token_count", { info: null })])).toEqual({
    total: breakdown(20),
    last: breakdown(15),
    modelContextWindow: 258400,
  });
  expect(readReferenceUsage(START)).toBeNull();
});

test("a review is one turn: what is reviewed, what the reviewer was asked, which is told twice, and the result", () => {
  const found = {
    title: "T",
    body: "B",
    code_location: { absolute_file_path: "/a", line_range: { start: 1, end: 2 } },
  };
  const review = (...after: RolloutLine[]) =>
    readReferenceTurns([
      ...START,
      said("go"),
      event("entered_review_mode", { target: { type: "custom" }, user_facing_hint: "current changes" }),
      said("Review it."),
      said("Review it."),
      call("shell", "c1", { command: ["true"] }),
      output("c1", '{"output":"","metadata":{"exit_code":0,"duration_seconds":0}}'),
      ...after,
      said("next"),
    ]);
  const result = event("exited_review_mode", {
    review_output: { findings: [found], overall_explanation: "Hm.", overall_correctness: "x" },
  });
  const turns = review(result, answered("Hm."));
  expect(turns.map(({ id, status, items }) => [id, status, items.map(({ type }) => type)])).toEqual([
    ["turn-1", "completed", ["userMessage"]],
    [
      "turn-2",
      "completed",
      ["enteredReviewMode", "userMessage", "commandExecution", "exitedReviewMode", "agentMessage"],
    ],
    ["turn-3", "completed", ["userMessage"]],
  ]);
  const [entered, , , exited] = turns[1]?.items ?? [];
  expect([entered, exited]).toEqual([
    { type: "enteredReviewMode", id: "turn-2", review: "current changes" },
    { type: "exitedReviewMode", id: "turn-2", review: "Hm.\n\nReview comment:\n\n- T — /a:1-2\n  B" },
  ]);

  const aborted = review(
    event("exited_review_mode", { review_output: null }),
    event("turn_aborted", { reason: "interrupted" }),
  );
  expect(aborted[1]?.status).toBe("interrupted");
  expect(aborted[1]?.items.at(-1)).toEqual({
    type: "exitedReviewMode",
    id: "turn-2",
    review: "The review ended without a result.",
  });
  // The program ended in the middle: what the user says next is a turn of its own.
  expect(review().map(({ items }) => items.length)).toEqual([1, 3, 1]);
});
