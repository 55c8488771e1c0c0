import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

const ConfigWarningNotificationSchema = Type.Named(
  "ConfigWarningNotification",
  Type.Object({ summary: Type.String(), details: Type.Maybe(Type.String()), path: Type.Maybe(Type.String()) }),
);

export const configWarning = defineNotification({
  method: "configWarning",
  direction: "serverToClient",
  params: ConfigWarningNotificationSchema,
  doc: "Something in the configuration was not understood, or not used.",
});
