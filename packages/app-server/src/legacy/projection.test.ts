import type { ThreadEvent } from "@heddle/core";
import { decode, itemId, LegacyEventSchema, threadId, turnId, type EventMsg, type ThreadItem } from "@heddle/protocol";
import { describe, expect, test } from "vitest";
import { createLegacyProjection } from "./projection.ts";

const THREAD = threadId("00000000-0000-7000-8000-000000000001");
const TURN = turnId("4");
const ID = itemId("call_1");

/** What events are in the first API, told one after the other. Each has to be what is declared. */
function project(...events: readonly ThreadEvent[]): readonly EventMsg[] {
  const projection = createLegacyProjection({ id: THREAD, modelContextWindow: () => 258_400 }, []);
  const told = events.flatMap((event) => projection.project(event));
  for (const msg of told) {
    expect(decode(LegacyEventSchema, { id: "4", msg, conversationId: THREAD })).toMatchObject({ ok: true });
  }
  return told;
}

/** The start and the end of an item. */
function lifeOf(item: ThreadItem, ...between: readonly ThreadEvent[]): readonly EventMsg[] {
  return project({ type: "itemStarted", turnId: TURN, item }, ...between, {
    type: "itemCompleted",
    turnId: TURN,
    item,
  });
}

const command: ThreadItem = {
  type: "commandExecution",
  id: ID,
  command: "/bin/bash -lc 'cat a.txt | rg x'",
  cwd: "/ws",
  processId: null,
  status: "completed",
  commandActions: [
    { type: "read", command: "cat a.txt", name: "a.txt", path: "a.txt" },
    { type: "listFiles", command: "ls", path: null },
    { type: "search", command: "rg x", query: "x", path: null },
  ],
  aggregatedOutput: "x\n",
  exitCode: 1,
  durationMs: 1_250,
};
const commandWords = {
  call_id: "call_1",
  turn_id: "4",
  process_id: null,
  command: ["/bin/bash", "-lc", "cat a.txt | rg x"],
  cwd: "/ws",
  parsed_cmd: [
    { type: "read", cmd: "cat a.txt", name: "a.txt", path: "a.txt" },
    { type: "list_files", cmd: "ls", path: null },
    { type: "search", cmd: "rg x", query: "x", path: null },
  ],
  source: "agent",
  interaction_input: null,
};
const patch: ThreadItem = {
  type: "fileChange",
  id: ID,
  status: "completed",
  changes: [
    { path: "/ws/a", kind: { type: "add" }, diff: "new\n" },
    { path: "/ws/b", kind: { type: "delete" }, diff: "old\n" },
    { path: "/ws/c", kind: { type: "update", move_path: null }, diff: "@@ -1 +1 @@\n-x\n+y\n" },
    { path: "/ws/d", kind: { type: "update", move_path: "/ws/e" }, diff: "@@ -1 +1 @@\n-x\n+y\n\n\nMoved to: /ws/e" },
  ],
};
const changes = {
  "/ws/a": { type: "add", content: "new\n" },
  "/ws/b": { type: "delete", content: "old\n" },
  "/ws/c": { type: "update", unified_diff: "@@ -1 +1 @@\n-x\n+y\n", move_path: null },
  "/ws/d": { type: "update", unified_diff: "@@ -1 +1 @@\n-x\n+y\n", move_path: "/ws/e" },
};
const toolCall: ThreadItem = {
  type: "mcpToolCall",
  id: ID,
  server: "s",
  tool: "t",
  arguments: { a: 1 },
  status: "completed",
  result: { content: [{ type: "text", text: "ok" }], structuredContent: { n: 1 } },
  error: null,
  durationMs: 5,
};
const invocation = { server: "s", tool: "t", arguments: { a: 1 } };
const duration = { secs: 0, nanos: 5_000_000 };

describe("an item in the first API", () => {
  test("a command", () => {
    expect(lifeOf(command)).toEqual([
      { type: "exec_command_begin", ...commandWords },
      {
        type: "exec_command_end",
        ...commandWords,
        stdout: "x\n",
        stderr: "",
        aggregated_output: "x\n",
        formatted_output: "x\n",
        exit_code: 1,
        duration: { secs: 1, nanos: 250_000_000 },
      },
    ]);
  });

  test("a command that the user refused says so where its output would be", () => {
    const refused: ThreadItem = {
      ...command,
      status: "declined",
      aggregatedOutput: null,
      exitCode: null,
      durationMs: null,
    };
    const refusal = "the user refused to run this command";
    expect(lifeOf(refused).at(-1)).toEqual({
      type: "exec_command_end",
      ...commandWords,
      stdout: "",
      stderr: refusal,
      aggregated_output: refusal,
      formatted_output: refusal,
      exit_code: -1,
      duration: { secs: 0, nanos: 0 },
    });
  });

  test("a patch that nobody is asked about, with what its application says", () => {
    const output: ThreadEvent = { type: "fileChangeOutputDelta", turnId: TURN, itemId: ID, delta: "Success.\n" };
    expect(lifeOf(patch, output)).toEqual([
      { type: "patch_apply_begin", call_id: "call_1", turn_id: "4", auto_approved: true, changes },
      { type: "exec_command_output_delta", call_id: "call_1", stream: "stdout", chunk: "U3VjY2Vzcy4K" },
      {
        type: "patch_apply_end",
        call_id: "call_1",
        turn_id: "4",
        stdout: "Success.\n",
        stderr: "",
        success: true,
        changes,
      },
    ]);
  });

  test("a call of an MCP tool: a result, a result that is an error, and no result", () => {
    const begun = { type: "mcp_tool_call_begin", call_id: "call_1", invocation };
    const ended = (result: object) => ({ type: "mcp_tool_call_end", call_id: "call_1", invocation, duration, result });
    const ok = { content: [{ type: "text", text: "ok" }], structuredContent: { n: 1 } };
    expect(lifeOf(toolCall)).toEqual([begun, ended({ Ok: { ...ok, isError: false } })]);
    expect(lifeOf({ ...toolCall, status: "failed" })).toEqual([begun, ended({ Ok: { ...ok, isError: true } })]);
    expect(lifeOf({ ...toolCall, status: "failed", result: null, error: { message: "gone" } })).toEqual([
      begun,
      ended({ Err: "gone" }),
    ]);
  });

  test("what is told once", () => {
    expect(lifeOf({ type: "imageView", id: ID, path: "/ws/a.png" })).toEqual([
      { type: "view_image_tool_call", call_id: "call_1", path: "/ws/a.png" },
    ]);
    expect(lifeOf({ type: "enteredReviewMode", id: ID, review: "current changes" })).toEqual([
      {
        type: "entered_review_mode",
        target: { type: "custom", instructions: "current changes" },
        user_facing_hint: "current changes",
      },
    ]);
    expect(lifeOf({ type: "exitedReviewMode", id: ID, review: "fine" })).toEqual([
      {
        type: "exited_review_mode",
        review_output: {
          findings: [],
          overall_correctness: "",
          overall_explanation: "fine",
          overall_confidence_score: 0,
        },
      },
    ]);
  });

  test("a search on the web, and input with images", () => {
    const place = { thread_id: THREAD, turn_id: "4" };
    const search = { type: "WebSearch", id: "call_1", query: "x" };
    expect(lifeOf({ type: "webSearch", id: ID, query: "x" })).toEqual([
      { type: "item_started", ...place, item: search },
      { type: "item_completed", ...place, item: search },
      { type: "web_search_end", call_id: "call_1", query: "x" },
    ]);
    const content = [
      { type: "text" as const, text: "a" },
      { type: "image" as const, url: "data:," },
      { type: "localImage" as const, path: "/p" },
    ];
    const legacy = [
      { type: "text", text: "a" },
      { type: "image", image_url: "data:," },
      { type: "local_image", path: "/p" },
    ];
    const said = { type: "UserMessage", id: "call_1", content: legacy };
    expect(lifeOf({ type: "userMessage", id: ID, content })).toEqual([
      { type: "item_started", ...place, item: said },
      { type: "item_completed", ...place, item: said },
      { type: "user_message", message: "a", images: ["data:,"] },
    ]);
  });
});

test.each<[ThreadEvent, object]>([
  [
    { type: "retrying", turnId: TURN, message: "again", info: { responseStreamDisconnected: { httpStatusCode: 503 } } },
    {
      type: "stream_error",
      message: "again",
      codex_error_info: { response_stream_disconnected: { http_status_code: 503 } },
    },
  ],
  [
    { type: "turnFailed", turnId: TURN, error: { message: "full", codexErrorInfo: "contextWindowExceeded" } },
    { type: "error", message: "full", codex_error_info: "context_window_exceeded" },
  ],
  [
    { type: "turnFailed", turnId: TURN, error: { message: "?", codexErrorInfo: null } },
    { type: "error", message: "?", codex_error_info: null },
  ],
  [
    { type: "planUpdated", turnId: TURN, explanation: null, plan: [{ step: "one", status: "inProgress" }] },
    { type: "plan_update", explanation: null, plan: [{ step: "one", status: "in_progress" }] },
  ],
  [
    { type: "diffUpdated", turnId: TURN, diff: "d" },
    { type: "turn_diff", unified_diff: "d" },
  ],
  [{ type: "contextCompacted", turnId: TURN }, { type: "context_compacted" }],
  [
    { type: "warning", turnId: null, message: "w" },
    { type: "warning", message: "w" },
  ],
  [
    { type: "terminalInteraction", turnId: TURN, itemId: ID, processId: "7", stdin: "y\n" },
    { type: "terminal_interaction", call_id: "call_1", process_id: "7", stdin: "y\n" },
  ],
  [
    { type: "mcpServerStatus", server: "s", status: { state: "failed", error: "e", loginNeeded: true } },
    { type: "mcp_startup_update", server: "s", status: { state: "failed", error: "e" } },
  ],
  [
    {
      type: "rateLimitsUpdated",
      rateLimits: {
        primary: { usedPercent: 4, windowDurationMins: 60, resetsAt: 9 },
        secondary: null,
        credits: { hasCredits: true, unlimited: false, balance: "1.5" },
        planType: "pro",
      },
    },
    {
      type: "token_count",
      info: null,
      rate_limits: {
        primary: { used_percent: 4, window_minutes: 60, resets_at: 9 },
        secondary: null,
        credits: { has_credits: true, unlimited: false, balance: "1.5" },
        plan_type: "pro",
      },
    },
  ],
])("%j has one event", (event, expected) => {
  expect(project(event)).toEqual([expected]);
});

test("input that joins a running turn is no turn of the first API; a failed turn ends without a last message", () => {
  const [first, second] = [turnId("0"), turnId("1")];
  const message: ThreadItem = { type: "agentMessage", id: ID, text: "said" };
  const failed = { status: "failed" as const, error: { message: "m", codexErrorInfo: null } };
  expect(
    project(
      { type: "turnStarted", turnId: first },
      { type: "turnStarted", turnId: second },
      { type: "itemCompleted", turnId: first, item: message },
      { type: "turnCompleted", turnId: first, outcome: { status: "completed" } },
      { type: "turnCompleted", turnId: second, outcome: { status: "completed" } },
      { type: "turnStarted", turnId: TURN },
      { type: "turnCompleted", turnId: TURN, outcome: failed },
    ).filter(({ type }) => type.startsWith("task") || type.startsWith("turn")),
  ).toEqual([
    { type: "task_started", model_context_window: 258_400 },
    { type: "task_complete", last_agent_message: "said" },
    { type: "task_started", model_context_window: 258_400 },
    { type: "task_complete", last_agent_message: null },
  ]);
});
