import { detectPatchCall, parsePatch, PatchError, unifiedDiff, type Chunk, type Patch } from "@heddle/apply-patch";
import { quoteCommand, readHeredocCall, toCommandActions } from "@heddle/execpolicy";
import {
  itemId,
  type CommandExecutionItem,
  type FileChangeItem,
  type FileUpdateChange,
  type JsonObject,
  type JsonValue,
  type McpToolCallItem,
  type ThreadItem,
} from "@heddle/protocol";
import { isAbsolute, join, resolve } from "node:path";
import { elementsOf, fieldsOf, textOf } from "./json.ts";

/** What is known about the surroundings of a call in the reference's rollouts. */
export interface CallSurroundings {
  readonly cwd: string;
  readonly shell: string;
}

/** An item that waits for the output of its call. */
export type OpenItem = CommandExecutionItem | FileChangeItem | McpToolCallItem;

/** What a line of the model's history tells about the items of a turn. */
export type ItemFact =
  | { readonly type: "opened"; readonly callId: string; readonly item: OpenItem }
  | { readonly type: "whole"; readonly item: ThreadItem }
  | { readonly type: "answered"; readonly callId: string; readonly output: string };

/**
 * Reads a `response_item` of the reference. Its rollouts tell messages and reasoning as events and the rest, which
 * clients saw as items, only by what went to the model and came back. Null for what makes no item.
 */
export function readItemFact(payload: JsonValue, surroundings: CallSurroundings): ItemFact | null {
  const fields = fieldsOf(payload);
  const callId = textOf(fields["call_id"]) ?? textOf(fields["id"]) ?? "";
  switch (fields["type"]) {
    case "function_call":
      return functionCall(callId, textOf(fields["name"]) ?? "", parseArguments(fields["arguments"]), surroundings);
    case "custom_tool_call":
      return fields["name"] === "apply_patch" ? patchCall(callId, textOf(fields["input"]), surroundings) : null;
    case "local_shell_call": {
      const { command, working_directory: workdir } = fieldsOf(fields["action"]);
      return commandCall(callId, argvOf(command), textOf(workdir), surroundings);
    }
    case "web_search_call": {
      const query = textOf(fieldsOf(fields["action"])["query"]);
      return query === null ? null : { type: "whole", item: { type: "webSearch", id: itemId(callId), query } };
    }
    case "function_call_output":
    case "custom_tool_call_output":
      return { type: "answered", callId, output: outputText(fields["output"]) };
    default:
      return null;
  }
}

/** The item of a call that was answered; null when the answer says that it never became one. */
export function answerItem(item: OpenItem, output: string): ThreadItem | null {
  switch (item.type) {
    case "commandExecution":
      return answerCommand(item, output);
    case "fileChange":
      if (output.startsWith("apply_patch verification failed")) return null;
      if (output.startsWith("patch rejected by user")) return { ...item, status: "declined" };
      return { ...item, status: readReport(output)?.exitCode === 0 ? "completed" : "failed" };
    case "mcpToolCall":
      return answerMcpCall(item, output);
  }
}

/** The item of a call that nobody answered: the turn, or the program, ended before. */
export function abandonItem(item: OpenItem): ThreadItem {
  return item.type === "commandExecution" ? { ...item, status: "failed", exitCode: -1 } : { ...item, status: "failed" };
}

function functionCall(
  callId: string,
  name: string,
  input: JsonObject,
  surroundings: CallSurroundings,
): ItemFact | null {
  const workdir = textOf(input["workdir"]);
  switch (name) {
    case "shell":
    case "container.exec":
      return commandCall(callId, argvOf(input["command"]), workdir, surroundings);
    case "shell_command":
    case "exec_command": {
      const script = textOf(input["command"]) ?? textOf(input["cmd"]);
      const flag = input["login"] === false ? "-c" : "-lc";
      const shell = textOf(input["shell"]) ?? surroundings.shell;
      return commandCall(callId, script === null ? [] : [shell, flag, script], workdir, surroundings);
    }
    case "apply_patch":
      return patchCall(callId, textOf(input["input"]), surroundings);
    case "view_image": {
      const path = textOf(input["path"]);
      if (path === null) return null;
      return {
        type: "whole",
        item: { type: "imageView", id: itemId(callId), path: resolve(surroundings.cwd, path) },
      };
    }
    default:
      return name.startsWith("mcp__") ? mcpCall(callId, name, input) : null;
  }
}

function commandCall(
  callId: string,
  argv: readonly string[],
  workdir: string | null,
  surroundings: CallSurroundings,
): ItemFact | null {
  if (argv.length === 0) return null;
  const cwd = resolve(surroundings.cwd, workdir ?? ".");
  if (argv.some(mentionsPatch)) {
    const patch = detectPatchCall(argv, { cwd, readScript: readHeredocCall });
    if (patch.type === "patch") return openedPatch(callId, patch.patch, patch.cwd);
  }
  const item: CommandExecutionItem = {
    type: "commandExecution",
    id: itemId(callId),
    command: quoteCommand(argv),
    cwd,
    processId: null,
    status: "inProgress",
    commandActions: toCommandActions(argv),
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
  };
  return { type: "opened", callId, item };
}

/** Worth a look by the parser, which costs a tenth of a millisecond for each command of a long thread. */
function mentionsPatch(word: string): boolean {
  return /apply_?patch/.test(word);
}

function patchCall(callId: string, text: string | null, { cwd }: CallSurroundings): ItemFact | null {
  if (text === null) return null;
  try {
    return openedPatch(callId, parsePatch(text), cwd);
  } catch (error) {
    if (error instanceof PatchError) return null; // was refused then, too, and made no item
    throw error;
  }
}

function openedPatch(callId: string, patch: Patch, cwd: string): ItemFact {
  const changes = toChanges(patch, cwd);
  return { type: "opened", callId, item: { type: "fileChange", id: itemId(callId), changes, status: "inProgress" } };
}

/** What a patch tells without the files it was applied to: no content of deleted ones, hunks without line numbers. */
function toChanges({ hunks }: Patch, cwd: string): FileUpdateChange[] {
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(cwd, path));
  const changes = hunks.map((hunk): FileUpdateChange => {
    const path = absolute(hunk.path);
    switch (hunk.type) {
      case "add":
        return { path, kind: { type: "add" }, diff: hunk.content };
      case "delete":
        return { path, kind: { type: "delete" }, diff: "" };
      case "update": {
        const movePath = hunk.moveTo === null ? null : absolute(hunk.moveTo);
        const diff = hunk.chunks.map(chunkDiff).join("");
        const moved = movePath === null ? "" : `\n\nMoved to: ${movePath}`;
        return { path, kind: { type: "update", move_path: movePath }, diff: diff + moved };
      }
    }
  });
  return changes.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function chunkDiff({ oldLines, newLines }: Chunk): string {
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
  return unifiedDiff(text(oldLines), text(newLines), { context: 1 }).replaceAll(/^@@ -\S+ \+\S+ @@/gm, "@@");
}

function mcpCall(callId: string, name: string, input: JsonObject): ItemFact | null {
  const [, server, tool] = /^mcp__(.+?)__(.+)$/s.exec(name) ?? [];
  if (server === undefined || tool === undefined) return null;
  const item: McpToolCallItem = {
    type: "mcpToolCall",
    id: itemId(callId),
    server,
    tool,
    status: "inProgress",
    arguments: input,
    result: null,
    error: null,
    durationMs: null,
  };
  return { type: "opened", callId, item };
}

/** The model got the content blocks as JSON, the structured content, or the text of an error. */
function answerMcpCall(item: McpToolCallItem, output: string): McpToolCallItem {
  if (output.startsWith("err: ")) {
    return { ...item, status: "failed", error: { message: output.slice("err: ".length) } };
  }
  const value = parseJson(output);
  const content = elementsOf(value).flatMap((block) => textOf(fieldsOf(block)["text"]) ?? []);
  const texts = content.length > 0 ? content : [output];
  const structuredContent = value === null || Array.isArray(value) ? null : value;
  const result = { content: texts.map((text) => ({ type: "text" as const, text })), structuredContent };
  return { ...item, status: "completed", result };
}

function answerCommand(item: CommandExecutionItem, output: string): CommandExecutionItem {
  if (output === "exec command rejected by user") return { ...item, status: "declined" };
  const report = readReport(output);
  // Refused, aborted or never started: the answer is the reason.
  if (report === null) return { ...item, status: "failed", exitCode: -1, aggregatedOutput: output };
  const { exitCode, durationMs, text } = report;
  const aggregatedOutput = text === "" ? null : text;
  return { ...item, status: exitCode === 0 ? "completed" : "failed", exitCode, durationMs, aggregatedOutput };
}

interface CommandReport {
  readonly exitCode: number;
  readonly durationMs: number;
  readonly text: string;
}

const FREEFORM =
  /^(?:Chunk ID: .*\n)?(?:Exit code: (?<exit>-?\d+)\n)?Wall time: (?<seconds>[\d.]+) seconds\n(?:Process exited with code (?<exited>-?\d+)\n)?(?:(?:Original token count|Total output lines): \d+\n)*Output:\n/;

/** Reads the answer for a command in any of its forms; null when it is none. Source: engine spec, sections 8 and 9. */
function readReport(output: string): CommandReport | null {
  if (output.startsWith("{")) {
    const { output: text, metadata } = fieldsOf(parseJson(output) ?? undefined);
    const { exit_code: exitCode, duration_seconds: seconds } = fieldsOf(metadata);
    if (typeof text !== "string" || typeof exitCode !== "number") return null;
    const durationMs = typeof seconds === "number" ? Math.round(seconds * 1000) : 0;
    return { exitCode, durationMs, text: text.replace(/^Total output lines: \d+\n\n/, "") };
  }
  const match = FREEFORM.exec(output);
  const exitCode = match?.groups?.["exit"] ?? match?.groups?.["exited"];
  if (match === null || exitCode === undefined) return null;
  const durationMs = Math.round(Number(match.groups?.["seconds"]) * 1000);
  return { exitCode: Number(exitCode), durationMs, text: output.slice(match[0].length) };
}

function argvOf(value: JsonValue | undefined): string[] {
  const words = elementsOf(value);
  const argv = words.filter((word) => typeof word === "string");
  return argv.length === words.length ? argv : [];
}

function outputText(value: JsonValue | undefined): string {
  const text = textOf(value);
  return (
    text ??
    elementsOf(value)
      .flatMap((part) => textOf(fieldsOf(part)["text"]) ?? [])
      .join("\n")
  );
}

function parseArguments(value: JsonValue | undefined): JsonObject {
  return fieldsOf(parseJson(textOf(value) ?? "") ?? undefined);
}

/** What a model wrote may be no JSON. */
function parseJson(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}
