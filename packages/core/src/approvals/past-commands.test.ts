import { expect, test } from "vitest";
import { pastCommands, type PastCommand } from "./past-commands.ts";

const line = (type: string, payload: unknown) => ({
  timestamp: "2026-11-22T06:00:00.123Z",
  type,
  payload: JSON.parse(JSON.stringify(payload)),
});
const settings = (approvalPolicy: string, sandbox: string) =>
  line("turn_context", { cwd: "/repo", approval_policy: approvalPolicy, sandbox_policy: { type: sandbox } });
const call = (id: string, input: object) =>
  line("response_item", { type: "function_call", name: "shell", call_id: id, arguments: JSON.stringify(input) });
const event = (payload: object) => line("event", { v: 1, event: { turnId: "0", ...payload } });
const item = (id: string, command: string, rest: object = {}) => ({
  type: "commandExecution",
  id,
  command,
  cwd: "/repo",
  processId: null,
  status: "completed",
  commandActions: [],
  aggregatedOutput: null,
  exitCode: 0,
  durationMs: 1,
  ...rest,
});
const ran = (id: string, command: string, rest: object = {}) => [
  event({ type: "itemStarted", item: item(id, command, { status: "inProgress", exitCode: null }) }),
  ...("records" in rest ? (rest.records as object[]) : []).map((record) =>
    event({ type: "approvalDecided", itemId: id, record: { decision: "accept", amendment: null, ...record } }),
  ),
  event({ type: "itemCompleted", item: item(id, command, { ...rest, records: undefined }) }),
];
const past = (argv: string[], rest: Partial<PastCommand> = {}): PastCommand => ({
  argv,
  escalated: false,
  justification: null,
  settings: { approvalPolicy: "on-request", sandbox: "workspace-write" },
  asked: "notAsked",
  end: "ran",
  ...rest,
});

test("commands come with the settings of their time, what they asked for, and who was asked", () => {
  const lines = [
    settings("on-request", "workspace-write"),
    call("a", { command: ["git", "push"], sandbox_permissions: "require_escalated", justification: "to publish" }),
    ...ran("a", "git push", { records: [{ by: "client" }] }),
    ...ran("b", `/bin/bash -lc 'ls && echo "x y"'`, { records: [{ by: "session" }] }),
    settings("never", "read-only"),
    ...ran("c", "rm -rf x", { status: "failed", exitCode: -1, aggregatedOutput: "execpolicy forbids this command" }),
    ...ran("d", "npm test", { status: "declined", exitCode: null, records: [{ by: "nobody", decision: "decline" }] }),
    event({ type: "itemStarted", item: item("e", "sleep 9", { status: "inProgress" }) }),
  ];
  const never = { approvalPolicy: "never", sandbox: "read-only" } as const;
  expect(pastCommands(lines)).toEqual([
    past(["git", "push"], { escalated: true, justification: "to publish", asked: "asked" }),
    past(["/bin/bash", "-lc", 'ls && echo "x y"'], { asked: "session" }),
    past(["rm", "-rf", "x"], { settings: never, end: "refused" }),
    past(["npm", "test"], { settings: never, asked: "asked", end: "declined" }),
    past(["sleep", "9"], { settings: never }),
  ]);
});

test("a thread of the reference does not say whether somebody was asked, unless the command was declined", () => {
  const output = (id: string, text: string) =>
    line("response_item", { type: "function_call_output", call_id: id, output: text });
  const lines = [
    line("event_msg", { type: "user_message", message: "go" }),
    settings("untrusted", "read-only"),
    call("a", { command: ["npm", "test"] }),
    output("a", JSON.stringify({ output: "ok", metadata: { exit_code: 0, duration_seconds: 0.1 } })),
    call("b", { command: ["bash", "-lc", "npm publish"], with_escalated_permissions: true }),
    output("b", "exec command rejected by user"),
    call("c", { command: ["ls"], with_escalated_permissions: true, justification: "why not" }),
    output("c", "approval policy is UnlessTrusted; reject command — you should not ask for escalated permissions"),
  ];
  const untrusted = { approvalPolicy: "untrusted", sandbox: "read-only" } as const;
  expect(pastCommands(lines)).toEqual([
    past(["npm", "test"], { settings: untrusted, asked: "unknown" }),
    past(["bash", "-lc", "npm publish"], { settings: untrusted, escalated: true, asked: "asked", end: "declined" }),
    past(["ls"], { settings: untrusted, escalated: true, justification: "why not", end: "refused" }),
  ]);
});

test("a command before any settings has none, and lines that cannot be read cost themselves only", () => {
  const lines = [line("response_item", null), call("a", {}), line("event", { v: 99 }), ...ran("a", "ls")];
  expect(pastCommands(lines)).toEqual([past(["ls"], { settings: null })]);
});
