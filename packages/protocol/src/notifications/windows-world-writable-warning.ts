import type { Static } from "@sinclair/typebox";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

export const WindowsWorldWritableWarningNotificationSchema = Type.Named(
  "WindowsWorldWritableWarningNotification",
  Type.Object({ samplePaths: Type.Array(Type.String()), extraCount: Type.Uint(), failedScan: Type.Boolean() }),
);
export type WindowsWorldWritableWarningNotification = Static<typeof WindowsWorldWritableWarningNotificationSchema>;

export const windowsWorldWritableWarning = defineNotification({
  method: "windows/worldWritableWarning",
  direction: "serverToClient",
  params: WindowsWorldWritableWarningNotificationSchema,
  doc: "Folders that everybody may write weaken the sandbox of Windows. Declared for clients; never sent.",
});
