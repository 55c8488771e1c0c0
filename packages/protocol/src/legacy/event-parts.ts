import type { Static } from "@sinclair/typebox";
import { ContentBlockSchema } from "../definitions/mcp-content.ts";
import { PlanTypeSchema } from "../definitions/rate-limits.ts";
import { Type } from "../schema/type.ts";

const UserInputSchema = Type.Named(
  "UserInput",
  Type.Tagged([
    Type.Object({ type: Type.Tag("text"), text: Type.String() }),
    Type.Object({ type: Type.Tag("image"), image_url: Type.String() }),
    Type.Object({ type: Type.Tag("local_image"), path: Type.String() }),
  ]),
);

const AgentMessageContentSchema = Type.Named(
  "AgentMessageContent",
  Type.Tagged([Type.Object({ type: Type.Tag("Text"), text: Type.String() })]),
);

/** The items that the later events of the first API know. */
export const TurnItemSchema = Type.Named(
  "TurnItem",
  Type.Tagged([
    Type.Object({ type: Type.Tag("UserMessage"), content: Type.Array(UserInputSchema), id: Type.String() }),
    Type.Object({ type: Type.Tag("AgentMessage"), content: Type.Array(AgentMessageContentSchema), id: Type.String() }),
    Type.Object({
      type: Type.Tag("Reasoning"),
      id: Type.String(),
      raw_content: Type.Default(Type.Array(Type.String()), []),
      summary_text: Type.Array(Type.String()),
    }),
    Type.Object({ type: Type.Tag("WebSearch"), id: Type.String(), query: Type.String() }),
  ]),
);
export type TurnItem = Static<typeof TurnItemSchema>;

/** The kind of a failure, for programs. */
export const CodexErrorInfoSchema = Type.Named(
  "CodexErrorInfo",
  Type.Union([
    Type.Enum([
      "context_window_exceeded",
      "usage_limit_exceeded",
      "internal_server_error",
      "unauthorized",
      "bad_request",
      "sandbox_error",
      "other",
    ]),
    Type.Object({ http_connection_failed: Type.Object({ http_status_code: Type.Nullable(Type.Uint16()) }) }),
    Type.Object({ response_stream_connection_failed: Type.Object({ http_status_code: Type.Nullable(Type.Uint16()) }) }),
    Type.Object({ response_stream_disconnected: Type.Object({ http_status_code: Type.Nullable(Type.Uint16()) }) }),
    Type.Object({ response_too_many_failed_attempts: Type.Object({ http_status_code: Type.Nullable(Type.Uint16()) }) }),
  ]),
);
export type CodexErrorInfo = Static<typeof CodexErrorInfoSchema>;

export const TokenUsageSchema = Type.Named(
  "TokenUsage",
  Type.Object({
    cached_input_tokens: Type.Int64(),
    input_tokens: Type.Int64(),
    output_tokens: Type.Int64(),
    reasoning_output_tokens: Type.Int64(),
    total_tokens: Type.Int64(),
  }),
);
export type TokenUsage = Static<typeof TokenUsageSchema>;

export const TokenUsageInfoSchema = Type.Named(
  "TokenUsageInfo",
  Type.Object({
    last_token_usage: TokenUsageSchema,
    model_context_window: Type.Nullable(Type.Int64()),
    total_token_usage: TokenUsageSchema,
  }),
);

const RateLimitWindowSchema = Type.Named(
  "RateLimitWindow",
  Type.Object({
    resets_at: Type.Nullable(Type.Int64()),
    used_percent: Type.Double(),
    window_minutes: Type.Nullable(Type.Int64()),
  }),
);

const CreditsSnapshotSchema = Type.Named(
  "CreditsSnapshot",
  Type.Object({ balance: Type.Nullable(Type.String()), has_credits: Type.Boolean(), unlimited: Type.Boolean() }),
);

export const RateLimitSnapshotSchema = Type.Named(
  "RateLimitSnapshot",
  Type.Object({
    credits: Type.Nullable(CreditsSnapshotSchema),
    plan_type: Type.Nullable(PlanTypeSchema),
    primary: Type.Nullable(RateLimitWindowSchema),
    secondary: Type.Nullable(RateLimitWindowSchema),
  }),
);
export type RateLimitSnapshot = Static<typeof RateLimitSnapshotSchema>;

/** Whole seconds, and the rest in nanoseconds. */
export const DurationSchema = Type.Named("Duration", Type.Object({ nanos: Type.Uint32(), secs: Type.Uint64() }));

const StepStatusSchema = Type.Named("StepStatus", Type.Enum(["pending", "in_progress", "completed"]));

export const PlanItemArgSchema = Type.Named(
  "PlanItemArg",
  Type.Object({ status: StepStatusSchema, step: Type.String() }),
);

export const ExecCommandSourceSchema = Type.Named(
  "ExecCommandSource",
  Type.Enum(["agent", "user_shell", "unified_exec_startup", "unified_exec_interaction"]),
);

export const ExecOutputStreamSchema = Type.Named("ExecOutputStream", Type.Enum(["stdout", "stderr"]));

export const McpStartupStatusSchema = Type.Named(
  "McpStartupStatus",
  Type.Union([
    Type.Object({ state: Type.Enum(["starting"]) }),
    Type.Object({ state: Type.Enum(["ready"]) }),
    Type.Object({ state: Type.Enum(["failed"]), error: Type.String() }),
    Type.Object({ state: Type.Enum(["cancelled"]) }),
  ]),
);

export const McpStartupFailureSchema = Type.Named(
  "McpStartupFailure",
  Type.Object({ error: Type.String(), server: Type.String() }),
);

export const McpInvocationSchema = Type.Named(
  "McpInvocation",
  Type.Object({ arguments: Type.Default(Type.Json(), null), server: Type.String(), tool: Type.String() }),
);

const CallToolResultSchema = Type.Named(
  "CallToolResult",
  Type.Object({
    content: Type.Array(ContentBlockSchema),
    isError: Type.Nullable(Type.Boolean()),
    structuredContent: Type.Default(Type.Json(), null),
  }),
);

export const ResultOfCallToolResultOrStringSchema = Type.Named(
  "Result_of_CallToolResult_or_String",
  Type.Union([Type.Object({ Ok: CallToolResultSchema }), Type.Object({ Err: Type.String() })]),
);

const ReviewLineRangeSchema = Type.Named("ReviewLineRange", Type.Object({ end: Type.Uint32(), start: Type.Uint32() }));

const ReviewCodeLocationSchema = Type.Named(
  "ReviewCodeLocation",
  Type.Object({ absolute_file_path: Type.String(), line_range: ReviewLineRangeSchema }),
);

const ReviewFindingSchema = Type.Named(
  "ReviewFinding",
  Type.Object({
    body: Type.String(),
    code_location: ReviewCodeLocationSchema,
    confidence_score: Type.Float(),
    priority: Type.Int32(),
    title: Type.String(),
  }),
);

export const ReviewOutputEventSchema = Type.Named(
  "ReviewOutputEvent",
  Type.Object({
    findings: Type.Array(ReviewFindingSchema),
    overall_confidence_score: Type.Float(),
    overall_correctness: Type.String(),
    overall_explanation: Type.String(),
  }),
);
