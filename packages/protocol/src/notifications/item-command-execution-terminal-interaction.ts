import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const TerminalInteractionNotificationSchema = Type.Named(
  "TerminalInteractionNotification",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: TurnIdSchema,
    itemId: ItemIdSchema,
    processId: Type.String(),
    stdin: Type.String(),
  }),
);
export type TerminalInteractionNotification = Static<typeof TerminalInteractionNotificationSchema>;

export const itemCommandExecutionTerminalInteraction = defineNotification({
  method: "item/commandExecution/terminalInteraction",
  direction: "serverToClient",
  params: TerminalInteractionNotificationSchema,
  doc: "Input was written to an interactive process; the item is the command that opened it.",
});
