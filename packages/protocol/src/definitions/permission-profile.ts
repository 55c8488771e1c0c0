import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** A named set of permissions; `allowed`: an administrator does not forbid it. */
export const PermissionProfileSummarySchema = Type.Named(
  "PermissionProfileSummary",
  Type.Object({ id: Type.String(), description: Type.Maybe(Type.String()), allowed: Type.Boolean() }),
);
export type PermissionProfileSummary = Static<typeof PermissionProfileSummarySchema>;
