import { splitShellWords } from "@heddle/core";
import {
  mentionSkills,
  type EventMsg,
  type PlainInput,
  type ThreadId,
  type ThreadItem,
  type TurnId,
  type TurnItem,
} from "@heddle/protocol";
import { toLegacyChanges, toParsedCommand } from "./values.ts";

type Item<Type extends ThreadItem["type"]> = Extract<ThreadItem, { type: Type }>;

/** Where an item belongs. */
export interface ItemPlace {
  readonly threadId: ThreadId;
  readonly turnId: TurnId;
}

/** What the start of an item is in the first API. `autoApproved`: nobody was asked about it. */
export function eventsOfStart(
  item: ThreadItem,
  { threadId, turnId, autoApproved }: ItemPlace & { readonly autoApproved: boolean },
): readonly EventMsg[] {
  switch (item.type) {
    case "userMessage":
    case "agentMessage":
    case "reasoning":
    case "webSearch":
      return [{ type: "item_started", thread_id: threadId, turn_id: turnId, item: toTurnItem(begun(item)) }];
    case "commandExecution":
      return [{ type: "exec_command_begin", ...commandOf(item, turnId) }];
    case "fileChange": {
      const changes = toLegacyChanges(item.changes);
      return [{ type: "patch_apply_begin", call_id: item.id, turn_id: turnId, auto_approved: autoApproved, changes }];
    }
    case "mcpToolCall":
      return [{ type: "mcp_tool_call_begin", call_id: item.id, invocation: invocationOf(item) }];
    case "enteredReviewMode": {
      const target = { type: "custom" as const, instructions: item.review };
      return [{ type: "entered_review_mode", target, user_facing_hint: item.review }];
    }
    case "contextCompaction": // told when it is done, as `context_compacted`
    case "dynamicToolCall":
      return []; // clients that provide tools speak the later API
    case "imageView":
    case "exitedReviewMode":
      return []; // told when they are complete, which is at once
  }
}

/** What the end of an item is in the first API. `output`: what a patch has printed. */
export function eventsOfEnd(
  item: ThreadItem,
  { threadId, turnId, output }: ItemPlace & { readonly output: string },
): readonly EventMsg[] {
  switch (item.type) {
    case "userMessage":
    case "agentMessage":
    case "reasoning":
    case "webSearch": {
      const completed = {
        type: "item_completed" as const,
        thread_id: threadId,
        turn_id: turnId,
        item: toTurnItem(item),
      };
      return [completed, ...plainEvents(item)];
    }
    case "commandExecution": {
      const output = item.aggregatedOutput ?? "";
      const refusal = item.status === "declined" ? REFUSAL : "";
      const text = output + refusal;
      return [
        {
          type: "exec_command_end",
          ...commandOf(item, turnId),
          stdout: output,
          stderr: refusal,
          aggregated_output: text,
          formatted_output: text,
          exit_code: item.exitCode ?? -1,
          duration: toDuration(item.durationMs),
        },
      ];
    }
    case "fileChange": {
      const success = item.status === "completed";
      const said = success ? { stdout: output, stderr: "" } : { stdout: "", stderr: output };
      const changes = toLegacyChanges(item.changes);
      return [{ type: "patch_apply_end", call_id: item.id, turn_id: turnId, ...said, success, changes }];
    }
    case "mcpToolCall":
      return [
        {
          type: "mcp_tool_call_end",
          call_id: item.id,
          invocation: invocationOf(item),
          duration: toDuration(item.durationMs),
          result: resultOf(item),
        },
      ];
    case "imageView":
      return [{ type: "view_image_tool_call", call_id: item.id, path: item.path }];
    case "contextCompaction":
    case "dynamicToolCall":
    case "enteredReviewMode":
      return [];
    case "exitedReviewMode":
      return [{ type: "exited_review_mode", review_output: reviewOf(item) }];
  }
}

const REFUSAL = "the user refused to run this command";

/** A command that was refused, as the later notifications tell it where it was asked about in the old form: as failed. */
export function refusedCommand(item: Item<"commandExecution">): ThreadItem {
  return { ...item, status: "failed", aggregatedOutput: REFUSAL, exitCode: -1, durationMs: 0 };
}

type SaidItem = Item<"userMessage" | "agentMessage" | "reasoning" | "webSearch">;

/** The events that older clients of the first API know: whole texts instead of items. They are also what is told of the past. */
export function plainEvents(item: SaidItem): readonly EventMsg[] {
  switch (item.type) {
    case "userMessage": {
      const texts = mentionSkills(item.content).flatMap((input) => (input.type === "text" ? [input.text] : []));
      const images = item.content.flatMap((input) => (input.type === "image" ? [input.url] : []));
      return [{ type: "user_message", message: texts.join(""), images }];
    }
    case "agentMessage":
      return [{ type: "agent_message", message: item.text }];
    case "reasoning":
      return [
        ...item.summary.map((text) => ({ type: "agent_reasoning" as const, text })),
        ...item.content.map((text) => ({ type: "agent_reasoning_raw_content" as const, text })),
      ];
    case "webSearch":
      return [{ type: "web_search_end", call_id: item.id, query: item.query }];
  }
}

/** Messages and reasoning begin empty, whatever their later form says. */
function begun(item: SaidItem): SaidItem {
  return item.type === "agentMessage" ? { ...item, text: "" } : item;
}

function toTurnItem(item: SaidItem): TurnItem {
  const { id } = item;
  switch (item.type) {
    case "userMessage":
      return { type: "UserMessage", id, content: mentionSkills(item.content).map(toLegacyInput) };
    case "agentMessage":
      return { type: "AgentMessage", id, content: item.text === "" ? [] : [{ type: "Text", text: item.text }] };
    case "reasoning":
      return { type: "Reasoning", id, summary_text: [...item.summary], raw_content: [...item.content] };
    case "webSearch":
      return { type: "WebSearch", id, query: item.query };
  }
}

type LegacyInput = Extract<TurnItem, { type: "UserMessage" }>["content"][number];

function toLegacyInput(input: PlainInput): LegacyInput {
  switch (input.type) {
    case "text":
      return input;
    case "image":
      return { type: "image", image_url: input.url };
    case "localImage":
      return { type: "local_image", path: input.path };
  }
}

/** The words of a command item, whose command is quoted for a shell. */
export function wordsOf({ command }: Item<"commandExecution">): string[] {
  return [...(splitShellWords(command) ?? [command])];
}

function commandOf(item: Item<"commandExecution">, turnId: TurnId) {
  return {
    call_id: item.id,
    turn_id: turnId,
    process_id: item.processId,
    command: wordsOf(item),
    cwd: item.cwd,
    parsed_cmd: item.commandActions.map(toParsedCommand),
    source: item.processId === null ? ("agent" as const) : ("unified_exec_startup" as const),
    interaction_input: null,
  };
}

function invocationOf({ server, tool, arguments: args }: Item<"mcpToolCall">) {
  return { server, tool, arguments: args };
}

function resultOf({ status, result, error }: Item<"mcpToolCall">) {
  if (result === null) return { Err: error?.message ?? "the call was ended" };
  const { content, structuredContent } = result;
  return { Ok: { content: [...content], isError: status === "failed", structuredContent } };
}

/** The later API has a review as its text alone. */
function reviewOf({ review }: Item<"exitedReviewMode">) {
  return { findings: [], overall_correctness: "", overall_explanation: review, overall_confidence_score: 0 };
}

function toDuration(ms: number | null): { secs: number; nanos: number } {
  const whole = ms ?? 0;
  return { secs: Math.floor(whole / 1000), nanos: Math.round((whole % 1000) * 1_000_000) };
}
