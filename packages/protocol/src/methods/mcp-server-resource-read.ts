import type { Static } from "@sinclair/typebox";
import { EmbeddedResourceResourceSchema } from "../definitions/mcp-content.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

export const McpResourceReadParamsSchema = Type.Named(
  "McpResourceReadParams",
  Type.Object({
    server: Type.String(),
    uri: Type.String(),
    /** The thread whose server is meant; by default any with the same configuration. */
    threadId: Type.Maybe(ThreadIdSchema),
  }),
);
export type McpResourceReadParams = Static<typeof McpResourceReadParamsSchema>;

export const McpResourceReadResponseSchema = Type.Named(
  "McpResourceReadResponse",
  Type.Object({ contents: Type.Array(EmbeddedResourceResourceSchema) }),
);
export type McpResourceReadResponse = Static<typeof McpResourceReadResponseSchema>;

export const mcpServerResourceRead = defineMethod({
  method: "mcpServer/resource/read",
  direction: "clientToServer",
  params: McpResourceReadParamsSchema,
  result: McpResourceReadResponseSchema,
  doc: "Reads one resource of an MCP server.",
});
