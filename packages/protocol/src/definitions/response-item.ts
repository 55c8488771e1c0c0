import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** `id` of an item: read, never written back. */
const id = Type.Maybe(Type.String());

export const ContentItemSchema = Type.Named(
  "ContentItem",
  Type.Tagged([
    Type.Object({ type: Type.Tag("input_text"), text: Type.String() }),
    Type.Object({ type: Type.Tag("input_image"), image_url: Type.String() }),
    Type.Object({ type: Type.Tag("output_text"), text: Type.String() }),
  ]),
);
export type ContentItem = Static<typeof ContentItemSchema>;

export const ReasoningItemContentSchema = Type.Named(
  "ReasoningItemContent",
  Type.Tagged([
    Type.Object({ type: Type.Tag("reasoning_text"), text: Type.String() }),
    Type.Object({ type: Type.Tag("text"), text: Type.String() }),
  ]),
);
export type ReasoningItemContent = Static<typeof ReasoningItemContentSchema>;

export const ReasoningItemReasoningSummarySchema = Type.Named(
  "ReasoningItemReasoningSummary",
  Type.Tagged([Type.Object({ type: Type.Tag("summary_text"), text: Type.String() })]),
);
export type ReasoningItemReasoningSummary = Static<typeof ReasoningItemReasoningSummarySchema>;

export const LocalShellActionSchema = Type.Named(
  "LocalShellAction",
  Type.Tagged([
    Type.Object({
      type: Type.Tag("exec"),
      command: Type.Array(Type.String()),
      env: Type.Maybe(Type.Record(Type.String())),
      timeout_ms: Type.Maybe(Type.Uint64()),
      user: Type.Maybe(Type.String()),
      working_directory: Type.Maybe(Type.String()),
    }),
  ]),
);
export type LocalShellAction = Static<typeof LocalShellActionSchema>;

export const LocalShellStatusSchema = Type.Named(
  "LocalShellStatus",
  Type.Enum(["completed", "in_progress", "incomplete"]),
);
export type LocalShellStatus = Static<typeof LocalShellStatusSchema>;

export const FunctionCallOutputContentItemSchema = Type.Named(
  "FunctionCallOutputContentItem",
  Type.Tagged([
    Type.Object({ type: Type.Tag("input_text"), text: Type.String() }),
    Type.Object({ type: Type.Tag("input_image"), image_url: Type.String() }),
  ]),
);
export type FunctionCallOutputContentItem = Static<typeof FunctionCallOutputContentItemSchema>;

/** Text, or content with images. The object is what the reference's schema says; its wire has the other two. */
export const FunctionCallOutputPayloadSchema = Type.Named(
  "FunctionCallOutputPayload",
  Type.Union([
    Type.String(),
    Type.Array(FunctionCallOutputContentItemSchema),
    Type.Object({
      content: Type.String(),
      content_items: Type.Maybe(Type.Array(FunctionCallOutputContentItemSchema)),
      success: Type.Maybe(Type.Boolean()),
    }),
  ]),
);
export type FunctionCallOutputPayload = Static<typeof FunctionCallOutputPayloadSchema>;

export const WebSearchActionSchema = Type.Named(
  "WebSearchAction",
  Type.Tagged(
    [
      Type.Object({ type: Type.Tag("search"), query: Type.Maybe(Type.String()) }),
      Type.Object({ type: Type.Tag("open_page"), url: Type.Maybe(Type.String()) }),
      Type.Object({
        type: Type.Tag("find_in_page"),
        pattern: Type.Maybe(Type.String()),
        url: Type.Maybe(Type.String()),
      }),
      Type.Object({ type: Type.Tag("other") }),
    ],
    { unknownIs: "other" },
  ),
);
export type WebSearchAction = Static<typeof WebSearchActionSchema>;

export const GhostCommitSchema = Type.Named(
  "GhostCommit",
  Type.Object({
    id: Type.String(),
    parent: Type.Maybe(Type.String()),
    preexisting_untracked_dirs: Type.Array(Type.String()),
    preexisting_untracked_files: Type.Array(Type.String()),
  }),
);
export type GhostCommit = Static<typeof GhostCommitSchema>;

/**
 * One entry of a model's history, in the spelling of the Responses API: what `thread/resume` takes as `history`.
 * An entry of a type that is not listed is taken as it is.
 */
export const ResponseItemSchema = Type.Named(
  "ResponseItem",
  Type.Tagged(
    [
      Type.Object({ type: Type.Tag("message"), id, role: Type.String(), content: Type.Array(ContentItemSchema) }),
      Type.Object({
        type: Type.Tag("reasoning"),
        id: Type.String(),
        summary: Type.Array(ReasoningItemReasoningSummarySchema),
        content: Type.Maybe(Type.Array(ReasoningItemContentSchema)),
        encrypted_content: Type.Maybe(Type.String()),
      }),
      Type.Object({
        type: Type.Tag("local_shell_call"),
        id,
        call_id: Type.Maybe(Type.String()),
        status: LocalShellStatusSchema,
        action: LocalShellActionSchema,
      }),
      Type.Object({
        type: Type.Tag("function_call"),
        id,
        name: Type.String(),
        arguments: Type.String(),
        call_id: Type.String(),
      }),
      Type.Object({
        type: Type.Tag("function_call_output"),
        call_id: Type.String(),
        output: FunctionCallOutputPayloadSchema,
      }),
      Type.Object({
        type: Type.Tag("custom_tool_call"),
        id,
        status: Type.Maybe(Type.String()),
        call_id: Type.String(),
        name: Type.String(),
        input: Type.String(),
      }),
      Type.Object({ type: Type.Tag("custom_tool_call_output"), call_id: Type.String(), output: Type.String() }),
      Type.Object({
        type: Type.Tag("web_search_call"),
        id,
        status: Type.Maybe(Type.String()),
        action: WebSearchActionSchema,
      }),
      Type.Object({ type: Type.Tag("ghost_snapshot"), ghost_commit: GhostCommitSchema }),
      Type.Object({ type: Type.Tag("compaction_summary"), encrypted_content: Type.String() }),
      Type.Object({ type: Type.Tag("other") }),
    ],
    { unknownIs: "other" },
  ),
);
export type ResponseItem = Static<typeof ResponseItemSchema>;
