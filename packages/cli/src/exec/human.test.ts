import { expect, test } from "vitest";
import { initialHuman, stepHuman } from "./human.ts";
import type { ExecInput } from "./input.ts";
import { createPaint } from "./paint.ts";
import { commandItem, notified, opened, patchItem, toolCallItem, turn, usage } from "./sample-inputs.ts";

/** Everything that `inputs` print, each stream as one text. */
function render(
  inputs: readonly ExecInput[],
  { color = false, finalMessageOnStdout = true, showReasoning = true } = {},
): { stdout: string; stderr: string } {
  const look = { version: "1.2.3", paint: createPaint({ color }), finalMessageOnStdout, showReasoning };
  let state = initialHuman;
  const streams = { stdout: "", stderr: "" };
  for (const input of inputs) {
    const step = stepHuman(state, input, look);
    state = step.state;
    for (const { stream, text } of step.printed) streams[stream] += text;
  }
  return streams;
}

const message = (text: string): ExecInput =>
  notified("item/completed", { item: { type: "agentMessage", id: "msg_1", text } });

test("a turn prints header, prompt and events to stderr, and the final message alone to stdout", () => {
  const streams = render([
    opened,
    turn.started,
    notified("item/completed", { item: { type: "reasoning", id: "rs", summary: ["**Thinking**"], content: [] } }),
    notified("item/started", { item: commandItem({ status: "inProgress" }) }),
    notified("item/completed", {
      item: commandItem({ status: "completed", output: "yo\n", exitCode: 0, durationMs: 12 }),
    }),
    message("all done"),
    usage({ inputTokens: 5000, cachedInputTokens: 1000, outputTokens: 234 }),
    turn.completed,
  ]);
  expect(streams.stdout).toBe("all done\n");
  expect(streams.stderr).toBe(
    [
      "Heddle v1.2.3",
      "--------",
      "workdir: /ws",
      "model: gpt-5.1-codex",
      "provider: mock",
      "approval: never",
      "sandbox: read-only",
      "reasoning effort: low",
      "reasoning summaries: auto",
      "session id: thread-1",
      "--------",
      "user",
      "do it",
      "thinking",
      "**Thinking**",
      "exec",
      "/bin/bash -lc 'echo yo' in /ws succeeded in 12ms:",
      "yo",
      "heddle",
      "all done",
      "tokens used",
      "4,234",
      "",
    ].join("\n"),
  );
});

const blocks: readonly (readonly [string, ExecInput[], string])[] = [
  [
    "a command that fails tells its exit code and how long it took",
    [
      notified("item/started", { item: commandItem({ status: "inProgress" }) }),
      notified("item/completed", {
        item: commandItem({ status: "failed", output: "no such file\n", exitCode: 2, durationMs: 65_200 }),
      }),
    ],
    "exec\n/bin/bash -lc 'echo yo' in /ws exited 2 in 1m 05s:\nno such file\n",
  ],
  [
    "of a command's output the first 20 lines are shown",
    [
      notified("item/started", { item: commandItem({ status: "inProgress" }) }),
      notified("item/completed", {
        item: commandItem({
          status: "completed",
          output: Array.from({ length: 30 }, (_, index) => `${index + 1}\n`).join(""),
          exitCode: 0,
          durationMs: 1500,
        }),
      }),
    ],
    `exec\n/bin/bash -lc 'echo yo' in /ws succeeded in 1.50s:\n${Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join("")}`,
  ],
  [
    "a command whose line was broken by other output names itself again",
    [
      notified("item/started", { item: commandItem({ status: "inProgress" }) }),
      notified("warning", { message: "slow disk" }),
      notified("deprecationNotice", { summary: "`old` is deprecated.", details: "Use `new`." }),
      notified("item/completed", { item: commandItem({ status: "completed", exitCode: 0, durationMs: 7 }) }),
    ],
    [
      "exec",
      "/bin/bash -lc 'echo yo' in /ws",
      "warning: slow disk",
      "deprecated: `old` is deprecated.",
      "  Use `new`.",
      "/bin/bash -lc 'echo yo' in /ws succeeded in 7ms:",
      "",
    ].join("\n"),
  ],
  [
    "a declined command says so",
    [
      notified("item/started", { item: commandItem({ status: "inProgress" }) }),
      notified("item/completed", { item: commandItem({ status: "declined" }) }),
    ],
    "exec\n/bin/bash -lc 'echo yo' in /ws declined\n",
  ],
  [
    "a patch prints each file when it begins, its outcome when it ends, and the diff of the turn",
    [
      notified("item/started", { item: patchItem("inProgress") }, 1000),
      notified("item/fileChange/outputDelta", { itemId: "call_p", delta: "Success. Updated the following files:\n" }),
      notified("item/fileChange/outputDelta", { itemId: "call_p", delta: "M a.txt\n" }),
      notified("item/completed", { item: patchItem("completed") }, 1037),
      notified("turn/diff/updated", {
        diff: "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n",
      }),
    ],
    [
      "file update",
      "M /ws/a.txt",
      "@@ -1 +1 @@",
      "-one",
      "+two",
      "D /ws/gone.txt",
      "old",
      "A /ws/new.txt",
      "first",
      "second",
      "R /ws/old.txt → /ws/moved.txt",
      "@@ -1 +1 @@",
      "-x",
      "+y",
      "apply_patch(auto_approved=true) exited 0 in 37ms:",
      "Success. Updated the following files:",
      "M a.txt",
      "file update:",
      "diff --git a/a.txt b/a.txt",
      "--- a/a.txt",
      "+++ b/a.txt",
      "@@ -1 +1 @@",
      "-one",
      "+two",
      "",
    ].join("\n"),
  ],
  [
    "a patch that could not be written exits 1",
    [
      notified("item/started", { item: { ...patchItem("inProgress"), changes: [] } }, 5),
      notified("item/fileChange/outputDelta", { itemId: "call_p", delta: "Permission denied\n" }),
      notified("item/completed", { item: { ...patchItem("failed"), changes: [] } }, 8),
    ],
    "file update\napply_patch(auto_approved=true) exited 1 in 3ms:\nPermission denied\n",
  ],
  [
    "a tool call prints its arguments, then its result as JSON",
    [
      notified("item/started", { item: toolCallItem("inProgress") }),
      notified("item/completed", {
        item: toolCallItem("completed", { content: [{ type: "text", text: "hi" }], structuredContent: null }),
      }),
    ],
    [
      `tool tiny.echo({"text":"hi"})`,
      `tiny.echo({"text":"hi"}) success in 18ms:`,
      "{",
      `  "content": [`,
      "    {",
      `      "type": "text",`,
      `      "text": "hi"`,
      "    }",
      "  ],",
      `  "structuredContent": null`,
      "}",
      "",
    ].join("\n"),
  ],
  [
    "a plan prints its explanation and a sign for each state",
    [
      notified("turn/plan/updated", {
        explanation: "two of three",
        plan: [
          { step: "a", status: "completed" },
          { step: "b", status: "inProgress" },
          { step: "c", status: "pending" },
        ],
      }),
    ],
    "Plan update\ntwo of three\n  ✓ a\n  → b\n  • c\n",
  ],
  [
    "searches, images, compaction and retries are one line each",
    [
      notified("item/completed", { item: { type: "webSearch", id: "ws", query: "weather" } }),
      notified("item/completed", { item: { type: "imageView", id: "iv", path: "/ws/a.png" } }),
      notified("thread/compacted", {}),
      notified("error", { error: { message: "Reconnecting... 1/5", codexErrorInfo: "other" }, willRetry: true }),
    ],
    "🌐 Searched: weather\nviewed image /ws/a.png\ncontext compacted\nReconnecting... 1/5\n",
  ],
  [
    "the error of a failed turn is printed once",
    [
      notified("error", { error: { message: "bad thing", codexErrorInfo: "other" }, willRetry: false }),
      turn.failed("bad thing"),
    ],
    "ERROR: bad thing\n",
  ],
  ["a turn that fails without an error before it says why", [turn.failed("budget used up")], "ERROR: budget used up\n"],
  ["an interrupted turn says so", [turn.interrupted], "task interrupted\n"],
  [
    "a server that goes away is an error",
    [{ type: "brokeOff", cause: { type: "failed", reason: "the server went away" } }],
    "ERROR: the server went away\n",
  ],
];

test.each(blocks)("%s", (_, inputs, stderr) => {
  expect(render(inputs)).toEqual({ stdout: "", stderr });
});

test("the final message is not repeated where both streams are one terminal", () => {
  expect(render([message("done"), turn.completed], { finalMessageOnStdout: false })).toEqual({
    stdout: "",
    stderr: "heddle\ndone\n",
  });
});

test("reasoning is shown with what the server gives of its raw text, unless it is to be hidden", () => {
  const item = { type: "reasoning", id: "rs", summary: ["**Thinking**"], content: ["raw"] };
  const inputs = [notified("item/completed", { item })];
  expect(render(inputs).stderr).toBe("thinking\n**Thinking**\n\nraw\n");
  expect(render(inputs, { showReasoning: false })).toEqual({ stdout: "", stderr: "" });
});

test("a failed turn prints no final message", () => {
  expect(render([message("half"), turn.failed("no more")]).stdout).toBe("");
});

test("colour marks labels and outcomes, line by line", () => {
  const escape = "\u001b";
  const inputs = [
    notified("item/started", { item: commandItem({ status: "inProgress" }) }),
    notified("item/completed", {
      item: commandItem({ status: "completed", output: "a\nb\n", exitCode: 0, durationMs: 3 }),
    }),
  ];
  expect(render(inputs, { color: true }).stderr).toBe(
    [
      `${escape}[35mexec${escape}[39m`,
      `${escape}[1m/bin/bash -lc 'echo yo'${escape}[22m in /ws${escape}[32m succeeded in 3ms:${escape}[39m`,
      `${escape}[2ma${escape}[22m`,
      `${escape}[2mb${escape}[22m`,
      "",
    ].join("\n"),
  );
});

test("nothing that a command or a model prints steers the terminal", () => {
  const hostile = "\u001b[2J\u001b]0;title\u0007safe\u001b[31mred\r\nnext\u0008\u009b1A";
  const streams = render([
    notified("item/started", { item: commandItem({ status: "inProgress" }) }),
    notified("item/completed", { item: commandItem({ status: "failed", output: hostile, exitCode: 1 }) }),
    message(hostile),
    turn.completed,
  ]);
  expect(streams.stderr).toBe("exec\n/bin/bash -lc 'echo yo' in /ws exited 1:\nsafered\nnext\nheddle\nsafered\nnext\n");
  // What reads the final message from stdout is a program: it gets it as the model wrote it.
  expect(streams.stdout).toBe(`${hostile}\n`);
});
