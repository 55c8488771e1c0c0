import type { Static } from "@sinclair/typebox";
import { ItemIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";
import { CommandExecutionItemSchema } from "./command-execution.ts";
import { DynamicToolCallItemSchema } from "./dynamic-tool.ts";
import { FileChangeItemSchema } from "./file-change.ts";
import { McpToolCallItemSchema } from "./mcp-tool-call.ts";
import { UserInputSchema } from "./user-input.ts";

export const UserMessageItemSchema = Type.Object({
  type: Type.Tag("userMessage"),
  id: ItemIdSchema,
  content: Type.Array(UserInputSchema),
});
export type UserMessageItem = Static<typeof UserMessageItemSchema>;

export const AgentMessageItemSchema = Type.Object({
  type: Type.Tag("agentMessage"),
  id: ItemIdSchema,
  text: Type.String(),
});
export type AgentMessageItem = Static<typeof AgentMessageItemSchema>;

/** `content`, the raw reasoning, is filled only where it is configured to be shown. */
export const ReasoningItemSchema = Type.Object({
  type: Type.Tag("reasoning"),
  id: ItemIdSchema,
  summary: Type.Default(Type.Array(Type.String()), []),
  content: Type.Default(Type.Array(Type.String()), []),
});
export type ReasoningItem = Static<typeof ReasoningItemSchema>;

export const WebSearchItemSchema = Type.Object({
  type: Type.Tag("webSearch"),
  id: ItemIdSchema,
  query: Type.String(),
});
export type WebSearchItem = Static<typeof WebSearchItemSchema>;

/** An image that the model looked at; `path` is absolute. */
export const ImageViewItemSchema = Type.Object({
  type: Type.Tag("imageView"),
  id: ItemIdSchema,
  path: Type.String(),
});
export type ImageViewItem = Static<typeof ImageViewItemSchema>;

/** Its id is that of its turn. */
export const EnteredReviewModeItemSchema = Type.Object({
  type: Type.Tag("enteredReviewMode"),
  id: ItemIdSchema,
  review: Type.String(),
});
export type EnteredReviewModeItem = Static<typeof EnteredReviewModeItemSchema>;

/** Its id is that of its turn; `review` is the rendered review. */
export const ExitedReviewModeItemSchema = Type.Object({
  type: Type.Tag("exitedReviewMode"),
  id: ItemIdSchema,
  review: Type.String(),
});
export type ExitedReviewModeItem = Static<typeof ExitedReviewModeItemSchema>;

/**
 * The history is replaced by a summary. `failed`: it stays as it was. Clients of December 2025 know `thread/compacted`
 * alone and are not shown it.
 */
export const ContextCompactionItemSchema = Type.Object({
  type: Type.Tag("contextCompaction"),
  id: ItemIdSchema,
  status: Type.Named("ContextCompactionStatus", Type.Enum(["inProgress", "completed", "failed"])),
});
export type ContextCompactionItem = Static<typeof ContextCompactionItemSchema>;

/** Everything that can happen in a turn and stays: started once, completed once, always under the same type and id. */
export const ThreadItemSchema = Type.Named(
  "ThreadItem",
  Type.Tagged([
    UserMessageItemSchema,
    AgentMessageItemSchema,
    ReasoningItemSchema,
    CommandExecutionItemSchema,
    FileChangeItemSchema,
    McpToolCallItemSchema,
    DynamicToolCallItemSchema,
    WebSearchItemSchema,
    ImageViewItemSchema,
    EnteredReviewModeItemSchema,
    ExitedReviewModeItemSchema,
    ContextCompactionItemSchema,
  ]),
);
export type ThreadItem = Static<typeof ThreadItemSchema>;
