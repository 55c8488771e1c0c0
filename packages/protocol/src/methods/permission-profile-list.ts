import { PermissionProfileSummarySchema } from "../definitions/permission-profile.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

const PermissionProfileListParamsSchema = Type.Named(
  "PermissionProfileListParams",
  Type.Object({ cursor: Type.Maybe(Type.String()), limit: Type.Maybe(Type.Uint32()), cwd: Type.Maybe(Type.String()) }),
);

const PermissionProfileListResponseSchema = Type.Named(
  "PermissionProfileListResponse",
  Type.Object({ data: Type.Array(PermissionProfileSummarySchema), nextCursor: Type.Maybe(Type.String()) }),
);

export const permissionProfileList = defineMethod({
  method: "permissionProfile/list",
  direction: "clientToServer",
  params: PermissionProfileListParamsSchema,
  result: PermissionProfileListResponseSchema,
  doc: "What commands may be allowed to do, by name, and which of that an administrator permits.",
});
