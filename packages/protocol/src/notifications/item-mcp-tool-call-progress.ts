import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const McpToolCallProgressNotificationSchema = Type.Named(
  "McpToolCallProgressNotification",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema, itemId: ItemIdSchema, message: Type.String() }),
);
export type McpToolCallProgressNotification = Static<typeof McpToolCallProgressNotificationSchema>;

export const itemMcpToolCallProgress = defineNotification({
  method: "item/mcpToolCall/progress",
  direction: "serverToClient",
  params: McpToolCallProgressNotificationSchema,
  doc: "An MCP server reports progress of a call.",
});
