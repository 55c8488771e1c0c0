import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

const FsChangedNotificationSchema = Type.Named(
  "FsChangedNotification",
  Type.Object({ watchId: Type.String(), changedPaths: Type.Array(Type.String()) }),
);

export const fsChanged = defineNotification({
  method: "fs/changed",
  direction: "serverToClient",
  params: FsChangedNotificationSchema,
  doc: "Files below a watched path have changed.",
});
