import type { Static } from "@sinclair/typebox";
import { defineNotification } from "../define.ts";
import { ThreadIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

export const McpServerStatusUpdatedNotificationSchema = Type.Named(
  "McpServerStatusUpdatedNotification",
  Type.Object({
    threadId: Type.Nullable(ThreadIdSchema),
    name: Type.String(),
    status: Type.Enum(["starting", "ready", "failed", "cancelled"]),
    error: Type.Nullable(Type.String()),
    /** Set when a login at the server would help. */
    failureReason: Type.Nullable(Type.Enum(["reauthenticationRequired"])),
  }),
);
export type McpServerStatusUpdatedNotification = Static<typeof McpServerStatusUpdatedNotificationSchema>;

export const mcpServerStartupStatusUpdated = defineNotification({
  method: "mcpServer/startupStatus/updated",
  direction: "serverToClient",
  params: McpServerStatusUpdatedNotificationSchema,
  doc: "How far an MCP server of a thread has come.",
});
