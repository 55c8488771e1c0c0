import { expect, test } from "vitest";
import { commandItem, notified, opened, patchItem, toolCallItem, turn, usage } from "./sample-inputs.ts";
import type { ExecInput } from "./input.ts";
import { initialJsonl, stepJsonl } from "./jsonl.ts";

/** The whole stream that `inputs` give, a string per line. */
function render(inputs: readonly ExecInput[]): string[] {
  let state = initialJsonl;
  const lines: string[] = [];
  for (const input of inputs) {
    const step = stepJsonl(state, input);
    state = step.state;
    lines.push(...step.events.map((event) => JSON.stringify(event)));
  }
  return lines;
}

test("a turn with a command gives the thread, the turn, its items and the usage of the thread", () => {
  expect(
    render([
      opened,
      turn.started,
      notified("item/started", { item: { type: "userMessage", id: "u", content: [{ type: "text", text: "do it" }] } }),
      notified("item/completed", {
        item: { type: "userMessage", id: "u", content: [{ type: "text", text: "do it" }] },
      }),
      notified("item/started", { item: { type: "reasoning", id: "rs_1", summary: [], content: [] } }),
      notified("item/completed", {
        item: { type: "reasoning", id: "rs_1", summary: ["**Thinking**"], content: ["raw"] },
      }),
      usage({ inputTokens: 40, cachedInputTokens: 8, outputTokens: 10 }),
      notified("item/started", { item: commandItem({ status: "inProgress" }) }),
      notified("item/commandExecution/outputDelta", { itemId: "call_1", delta: "yo\n" }),
      notified("item/completed", { item: commandItem({ status: "completed", output: "yo\n", exitCode: 0 }) }),
      notified("item/started", { item: { type: "agentMessage", id: "msg_1", text: "" } }),
      notified("item/agentMessage/delta", { itemId: "msg_1", delta: "done" }),
      notified("item/completed", { item: { type: "agentMessage", id: "msg_1", text: "done" } }),
      usage({ inputTokens: 100, cachedInputTokens: 8, outputTokens: 20 }),
      turn.completed,
    ]),
  ).toEqual([
    `{"type":"thread.started","thread_id":"thread-1"}`,
    `{"type":"turn.started"}`,
    `{"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"**Thinking**"}}`,
    `{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"/bin/bash -lc 'echo yo'","aggregated_output":"","exit_code":null,"status":"in_progress"}}`,
    `{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"/bin/bash -lc 'echo yo'","aggregated_output":"yo\\n","exit_code":0,"status":"completed"}}`,
    `{"type":"item.completed","item":{"id":"item_2","type":"agent_message","text":"done"}}`,
    `{"type":"turn.completed","usage":{"input_tokens":100,"cached_input_tokens":8,"output_tokens":20}}`,
  ]);
});

const completedItems: readonly (readonly [string, ExecInput[], string[]])[] = [
  [
    "a command that fails has status failed and its exit code",
    [notified("item/completed", { item: commandItem({ status: "failed", output: "hi\n", exitCode: 3 }) })],
    [
      `{"type":"item.completed","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc 'echo yo'","aggregated_output":"hi\\n","exit_code":3,"status":"failed"}}`,
    ],
  ],
  [
    "a declined command has neither output nor exit code",
    [
      notified("item/started", { item: commandItem({ status: "inProgress" }) }),
      notified("item/completed", { item: commandItem({ status: "declined" }) }),
    ],
    [
      `{"type":"item.started","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc 'echo yo'","aggregated_output":"","exit_code":null,"status":"in_progress"}}`,
      `{"type":"item.completed","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc 'echo yo'","aggregated_output":"","exit_code":null,"status":"declined"}}`,
    ],
  ],
  [
    "a file change appears when it is complete, with its paths and kinds",
    [
      notified("item/started", { item: patchItem("inProgress") }),
      notified("item/fileChange/outputDelta", { itemId: "call_p", delta: "Success." }),
      notified("item/completed", { item: patchItem("completed") }),
      notified("turn/diff/updated", { diff: "diff --git a/a.txt b/a.txt\n" }),
    ],
    [
      `{"type":"item.completed","item":{"id":"item_0","type":"file_change","changes":[{"path":"/ws/a.txt","kind":"update"},{"path":"/ws/gone.txt","kind":"delete"},{"path":"/ws/new.txt","kind":"add"},{"path":"/ws/old.txt","kind":"update"}],"status":"completed"}}`,
    ],
  ],
  [
    "a file change that was declined counts as failed",
    [notified("item/completed", { item: { ...patchItem("declined"), changes: [] } })],
    [`{"type":"item.completed","item":{"id":"item_0","type":"file_change","changes":[],"status":"failed"}}`],
  ],
  [
    "a tool call keeps its number, and its result has snake-case members",
    [
      notified("item/started", { item: toolCallItem("inProgress") }),
      notified("item/completed", { item: { type: "webSearch", id: "ws_1", query: "weather" } }),
      notified("item/completed", {
        item: toolCallItem("completed", { content: [{ type: "text", text: "echo: hi" }], structuredContent: { n: 1 } }),
      }),
    ],
    [
      `{"type":"item.started","item":{"id":"item_0","type":"mcp_tool_call","server":"tiny","tool":"echo","arguments":{"text":"hi"},"result":null,"error":null,"status":"in_progress"}}`,
      `{"type":"item.completed","item":{"id":"item_1","type":"web_search","query":"weather"}}`,
      `{"type":"item.completed","item":{"id":"item_0","type":"mcp_tool_call","server":"tiny","tool":"echo","arguments":{"text":"hi"},"result":{"content":[{"type":"text","text":"echo: hi"}],"structured_content":{"n":1}},"error":null,"status":"completed"}}`,
    ],
  ],
  [
    "a tool call that gave no result has an error and null for the rest",
    [
      notified("item/completed", {
        item: { ...toolCallItem("failed"), arguments: null, error: { message: "server went away" } },
      }),
    ],
    [
      `{"type":"item.completed","item":{"id":"item_0","type":"mcp_tool_call","server":"tiny","tool":"echo","arguments":null,"result":null,"error":{"message":"server went away"},"status":"failed"}}`,
    ],
  ],
  [
    "reasoning without a summary, images, user messages and review markers are not shown",
    [
      notified("item/completed", { item: { type: "reasoning", id: "r", summary: [], content: ["raw"] } }),
      notified("item/completed", { item: { type: "imageView", id: "i", path: "/ws/a.png" } }),
      notified("item/completed", { item: { type: "enteredReviewMode", id: "0", review: "current changes" } }),
      notified("item/completed", { item: { type: "exitedReviewMode", id: "0", review: "fine" } }),
      notified("thread/compacted", {}),
    ],
    [],
  ],
  [
    "a warning is an item of type error",
    [notified("warning", { message: "the sandbox is reduced" })],
    [`{"type":"item.completed","item":{"id":"item_0","type":"error","message":"the sandbox is reduced"}}`],
  ],
  [
    "a retry is told as an error event",
    [notified("error", { error: { message: "Reconnecting... 1/5", codexErrorInfo: "other" }, willRetry: true })],
    [`{"type":"error","message":"Reconnecting... 1/5"}`],
  ],
];

test.each(completedItems)("%s", (_, inputs, lines) => {
  expect(render(inputs)).toEqual(lines);
});

test("the plan starts once, is updated, and completes with the turn, before commands that have no end", () => {
  expect(
    render([
      notified("item/started", { item: commandItem({ status: "inProgress" }) }),
      notified("turn/plan/updated", {
        explanation: null,
        plan: [
          { step: "one", status: "completed" },
          { step: "two", status: "inProgress" },
        ],
      }),
      notified("turn/plan/updated", {
        explanation: "nearly there",
        plan: [
          { step: "one", status: "completed" },
          { step: "two", status: "completed" },
        ],
      }),
      turn.completed,
    ]),
  ).toEqual([
    `{"type":"item.started","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc 'echo yo'","aggregated_output":"","exit_code":null,"status":"in_progress"}}`,
    `{"type":"item.started","item":{"id":"item_1","type":"todo_list","items":[{"text":"one","completed":true},{"text":"two","completed":false}]}}`,
    `{"type":"item.updated","item":{"id":"item_1","type":"todo_list","items":[{"text":"one","completed":true},{"text":"two","completed":true}]}}`,
    `{"type":"item.completed","item":{"id":"item_1","type":"todo_list","items":[{"text":"one","completed":true},{"text":"two","completed":true}]}}`,
    `{"type":"item.completed","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc 'echo yo'","aggregated_output":"","exit_code":null,"status":"failed"}}`,
    `{"type":"turn.completed","usage":{"input_tokens":0,"cached_input_tokens":0,"output_tokens":0}}`,
  ]);
});

const ends: readonly (readonly [string, ExecInput[], string[]])[] = [
  [
    "a failed turn is told twice: as an error and as its end",
    [
      notified("error", { error: { message: "bad thing", codexErrorInfo: "other" }, willRetry: false }),
      turn.failed("bad thing"),
    ],
    [`{"type":"error","message":"bad thing"}`, `{"type":"turn.failed","error":{"message":"bad thing"}}`],
  ],
  [
    "an interrupted turn has failed with that word",
    [turn.interrupted],
    [`{"type":"turn.failed","error":{"message":"interrupted"}}`],
  ],
  [
    "a server that goes away fails the turn",
    [{ type: "brokeOff", cause: { type: "failed", reason: "the server went away" } }],
    [
      `{"type":"error","message":"the server went away"}`,
      `{"type":"turn.failed","error":{"message":"the server went away"}}`,
    ],
  ],
];

test.each(ends)("%s", (_, inputs, lines) => {
  expect(render(inputs)).toEqual(lines);
});
