import type { Static } from "@sinclair/typebox";
import { defineNotification } from "../define.ts";
import { Type } from "../schema/type.ts";

/** Counted from 1; the column in UTF-16 units. */
const TextPositionSchema = Type.Named("TextPosition", Type.Object({ line: Type.Uint(), column: Type.Uint() }));

/** Both ends belong to it. */
const TextRangeSchema = Type.Named("TextRange", Type.Object({ start: TextPositionSchema, end: TextPositionSchema }));

export const ConfigWarningNotificationSchema = Type.Named(
  "ConfigWarningNotification",
  Type.Object({
    summary: Type.String(),
    details: Type.Maybe(Type.String()),
    /** The file that says so. */
    path: Type.Maybe(Type.String()),
    range: Type.Maybe(TextRangeSchema),
  }),
);
export type ConfigWarningNotification = Static<typeof ConfigWarningNotificationSchema>;

export const configWarning = defineNotification({
  method: "configWarning",
  direction: "serverToClient",
  params: ConfigWarningNotificationSchema,
  doc: "Something in the configuration was not understood, or not used.",
});
