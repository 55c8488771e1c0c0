import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const CommandExecutionOutputDeltaNotificationSchema = Type.Named(
  "CommandExecutionOutputDeltaNotification",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema, itemId: ItemIdSchema, delta: Type.String() }),
);
export type CommandExecutionOutputDeltaNotification = Static<typeof CommandExecutionOutputDeltaNotificationSchema>;

export const itemCommandExecutionOutputDelta = defineNotification({
  method: "item/commandExecution/outputDelta",
  direction: "serverToClient",
  params: CommandExecutionOutputDeltaNotificationSchema,
  doc: "More output of a command, stdout and stderr in the order of arrival.",
});
