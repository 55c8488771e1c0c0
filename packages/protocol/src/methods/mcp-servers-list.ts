import type { Static } from "@sinclair/typebox";
import { McpServerSchema } from "../definitions/mcp-server.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const ListMcpServersParamsSchema = Type.Named(
  "ListMcpServersParams",
  Type.Object({ cursor: Type.Maybe(Type.String()), limit: Type.Maybe(Type.Uint32()) }),
);
export type ListMcpServersParams = Static<typeof ListMcpServersParamsSchema>;

export const ListMcpServersResponseSchema = Type.Named(
  "ListMcpServersResponse",
  Type.Object({ data: Type.Array(McpServerSchema), nextCursor: Type.Nullable(Type.String()) }),
);
export type ListMcpServersResponse = Static<typeof ListMcpServersResponseSchema>;

export const mcpServersList = defineMethod({
  method: "mcpServers/list",
  direction: "clientToServer",
  params: ListMcpServersParamsSchema,
  result: ListMcpServersResponseSchema,
  doc: "The configured MCP servers with what they offer: starts all of them for the moment.",
});
