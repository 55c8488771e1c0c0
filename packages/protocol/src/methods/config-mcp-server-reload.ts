import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const McpServerReloadResponseSchema = Type.Named("McpServerReloadResponse", Type.Empty());
export type McpServerReloadResponse = Static<typeof McpServerReloadResponseSchema>;

export const configMcpServerReload = defineMethod({
  method: "config/mcpServer/reload",
  direction: "clientToServer",
  params: null,
  result: McpServerReloadResponseSchema,
  doc: "Reads the configuration of the MCP servers anew, for all loaded threads: starts what is new or different or has failed, ends what is gone.",
});
