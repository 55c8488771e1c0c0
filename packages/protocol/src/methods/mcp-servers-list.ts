import type { Static } from "@sinclair/typebox";
import { McpServerSchema } from "../definitions/mcp-server.ts";
import { defineMethod } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const page = { cursor: Type.Maybe(Type.String()), limit: Type.Maybe(Type.Uint32()) };

export const ListMcpServersParamsSchema = Type.Named("ListMcpServersParams", Type.Object(page));
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
  doc: "The configured MCP servers with what they offer: those of a loaded thread, or started for the moment.",
});

export const mcpServersListFirst = defineMethod({
  method: "mcp/servers/list",
  direction: "clientToServer",
  params: ListMcpServersParamsSchema,
  result: ListMcpServersResponseSchema,
  doc: "`mcpServers/list` under its first name.",
});

export const ListMcpServerStatusParamsSchema = Type.Named(
  "ListMcpServerStatusParams",
  Type.Object({
    ...page,
    /** Without resources, which take servers longer to say. */
    detail: Type.Maybe(Type.Enum(["full", "toolsAndAuthOnly"])),
    serverName: Type.Maybe(Type.String()),
    /** The thread whose servers are meant; by default any with the same configuration. */
    threadId: Type.Maybe(ThreadIdSchema),
  }),
);
export type ListMcpServerStatusParams = Static<typeof ListMcpServerStatusParamsSchema>;

export const mcpServerStatusList = defineMethod({
  method: "mcpServerStatus/list",
  direction: "clientToServer",
  params: ListMcpServerStatusParamsSchema,
  result: ListMcpServersResponseSchema,
  doc: "`mcpServers/list` under its later name, which can ask for one server or one thread.",
});
