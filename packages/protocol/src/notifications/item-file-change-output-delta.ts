import type { Static } from "@sinclair/typebox";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const FileChangeOutputDeltaNotificationSchema = Type.Named(
  "FileChangeOutputDeltaNotification",
  Type.Object({ threadId: ThreadIdSchema, turnId: TurnIdSchema, itemId: ItemIdSchema, delta: Type.String() }),
);
export type FileChangeOutputDeltaNotification = Static<typeof FileChangeOutputDeltaNotificationSchema>;

export const itemFileChangeOutputDelta = defineNotification({
  method: "item/fileChange/outputDelta",
  direction: "serverToClient",
  params: FileChangeOutputDeltaNotificationSchema,
  doc: "What the step that writes a patch printed.",
});
