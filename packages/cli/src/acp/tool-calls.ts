import type { ToolCall, ToolCallContent, ToolCallStatus, ToolKind } from "@agentclientprotocol/sdk";
import type { ThreadItem } from "@heddle/protocol";
import { hunksOf } from "./hunks.ts";

type Item<Type extends ThreadItem["type"]> = Extract<ThreadItem, { readonly type: Type }>;

/** An item as a tool call, whole; null for those that are none. Paths are absolute, output is text. */
export function toToolCall(item: ThreadItem): ToolCall | null {
  switch (item.type) {
    case "commandExecution":
      return ofCommand(item);
    case "fileChange":
      return ofFileChange(item);
    case "mcpToolCall":
      return ofMcpCall(item);
    case "webSearch":
      return { toolCallId: item.id, title: item.query, kind: "fetch", status: "completed" };
    case "imageView":
      return {
        toolCallId: item.id,
        title: `View ${item.path}`,
        kind: "read",
        status: "completed",
        locations: [{ path: item.path }],
      };
    default:
      return null;
  }
}

function ofCommand(item: Item<"commandExecution">): ToolCall {
  const { id, command, cwd, commandActions, aggregatedOutput, exitCode, status } = item;
  const locations = commandActions.flatMap((action) => (action.type === "read" ? [{ path: action.path }] : []));
  return {
    toolCallId: id,
    title: command,
    kind: kindOfCommand(commandActions),
    status: statusOf(status),
    locations,
    content: aggregatedOutput === null || aggregatedOutput === "" ? [] : [textContent(aggregatedOutput)],
    rawInput: { command, cwd },
    ...(exitCode === null ? {} : { rawOutput: { exitCode } }),
  };
}

function kindOfCommand(actions: Item<"commandExecution">["commandActions"]): ToolKind {
  const kinds = new Set(actions.map(({ type }) => type));
  const [only] = kinds;
  if (kinds.size !== 1) return "execute";
  return only === "read" ? "read" : only === "search" || only === "listFiles" ? "search" : "execute";
}

function ofFileChange({ id, changes, status }: Item<"fileChange">): ToolCall {
  const paths = changes.map(({ path }) => path);
  const only = changes.length === 1 ? changes[0] : undefined;
  return {
    toolCallId: id,
    title: `Edit ${paths.join(", ")}`,
    kind: only?.kind.type === "delete" ? "delete" : "edit",
    status: statusOf(status),
    locations: paths.map((path) => ({ path })),
    content: changes.flatMap(diffsOf),
  };
}

/** A whole file where it comes or goes; the hunks of one that is changed, each with the lines around it. */
function diffsOf({ path, kind, diff }: Item<"fileChange">["changes"][number]): ToolCallContent[] {
  switch (kind.type) {
    case "add":
      return [{ type: "diff", path, oldText: null, newText: diff }];
    case "delete":
      return [{ type: "diff", path, oldText: diff, newText: "" }];
    case "update":
      return hunksOf(diff).map((hunk) => ({ type: "diff", path: kind.move_path ?? path, ...hunk }));
  }
}

function ofMcpCall(item: Item<"mcpToolCall">): ToolCall {
  const { id, server, tool, status, arguments: rawInput, result, error } = item;
  const texts = (result?.content ?? []).flatMap((part) =>
    typeof part === "object" && part !== null && "text" in part && typeof part.text === "string" ? [part.text] : [],
  );
  const content = [...texts, ...(error === null ? [] : [error.message])].map(textContent);
  return { toolCallId: id, title: `${server}: ${tool}`, kind: "other", status: statusOf(status), content, rawInput };
}

function textContent(text: string): ToolCallContent {
  return { type: "content", content: { type: "text", text } };
}

function statusOf(status: "inProgress" | "completed" | "failed" | "declined"): ToolCallStatus {
  return status === "inProgress" ? "in_progress" : status === "declined" ? "failed" : status;
}
