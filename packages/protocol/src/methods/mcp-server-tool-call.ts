import type { Static } from "@sinclair/typebox";
import { ContentBlockSchema } from "../definitions/mcp-content.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

export const McpServerToolCallParamsSchema = Type.Named(
  "McpServerToolCallParams",
  Type.Object({
    threadId: ThreadIdSchema,
    server: Type.String(),
    /** As the server names it. */
    tool: Type.String(),
    arguments: Type.Optional(Type.Json()),
  }),
);
export type McpServerToolCallParams = Static<typeof McpServerToolCallParamsSchema>;

export const McpServerToolCallResponseSchema = Type.Named(
  "McpServerToolCallResponse",
  Type.Object({
    content: Type.Array(ContentBlockSchema),
    structuredContent: Type.Optional(Type.Json()),
    isError: Type.Maybe(Type.Boolean()),
  }),
);
export type McpServerToolCallResponse = Static<typeof McpServerToolCallResponseSchema>;

export const mcpServerToolCall = defineMethod({
  method: "mcpServer/tool/call",
  direction: "clientToServer",
  params: McpServerToolCallParamsSchema,
  result: McpServerToolCallResponseSchema,
  doc: "Calls a tool of a thread's MCP server for the client itself: beside the thread, whose model does not see it.",
});
