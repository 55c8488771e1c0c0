import type { Static } from "@sinclair/typebox";
import { ItemIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";
import { ContentBlockSchema } from "./mcp-content.ts";

export const McpToolCallStatusSchema = Type.Named(
  "McpToolCallStatus",
  Type.Enum(["inProgress", "completed", "failed"]),
);
export type McpToolCallStatus = Static<typeof McpToolCallStatusSchema>;

export const McpToolCallResultSchema = Type.Named(
  "McpToolCallResult",
  Type.Object({ content: Type.Array(ContentBlockSchema), structuredContent: Type.Default(Type.Json(), null) }),
);
export type McpToolCallResult = Static<typeof McpToolCallResultSchema>;

export const McpToolCallErrorSchema = Type.Named("McpToolCallError", Type.Object({ message: Type.String() }));
export type McpToolCallError = Static<typeof McpToolCallErrorSchema>;

/** A call of an MCP tool. A result that says `isError` is `failed` with a `result`; `error` is for a call that gave none. */
export const McpToolCallItemSchema = Type.Object({
  type: Type.Tag("mcpToolCall"),
  id: ItemIdSchema,
  server: Type.String(),
  tool: Type.String(),
  status: McpToolCallStatusSchema,
  arguments: Type.Json(),
  result: Type.Nullable(McpToolCallResultSchema),
  error: Type.Nullable(McpToolCallErrorSchema),
  durationMs: Type.Nullable(Type.Int64()),
});
export type McpToolCallItem = Static<typeof McpToolCallItemSchema>;
