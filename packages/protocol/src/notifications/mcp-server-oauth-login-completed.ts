import type { Static } from "@sinclair/typebox";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const McpServerOauthLoginCompletedNotificationSchema = Type.Named(
  "McpServerOauthLoginCompletedNotification",
  Type.Object({
    name: Type.String(),
    success: Type.Boolean(),
    /** Left out on success. */
    error: Type.Maybe(Type.String()),
  }),
);
export type McpServerOauthLoginCompletedNotification = Static<typeof McpServerOauthLoginCompletedNotificationSchema>;

export const mcpServerOauthLoginCompleted = defineNotification({
  method: "mcpServer/oauthLogin/completed",
  direction: "serverToClient",
  params: McpServerOauthLoginCompletedNotificationSchema,
  doc: "A login at an MCP server has ended.",
});
