import type { Static } from "@sinclair/typebox";
import { ApprovalDecisionSchema } from "../definitions/approval.ts";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const FileChangeRequestApprovalParamsSchema = Type.Named(
  "FileChangeRequestApprovalParams",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: TurnIdSchema,
    itemId: ItemIdSchema,
    reason: Type.Nullable(Type.String()),
    grantRoot: Type.Nullable(Type.String()),
  }),
);
export type FileChangeRequestApprovalParams = Static<typeof FileChangeRequestApprovalParamsSchema>;

export const FileChangeRequestApprovalResponseSchema = Type.Named(
  "FileChangeRequestApprovalResponse",
  Type.Object({ decision: ApprovalDecisionSchema }),
);
export type FileChangeRequestApprovalResponse = Static<typeof FileChangeRequestApprovalResponseSchema>;

export const itemFileChangeRequestApproval = defineMethod({
  method: "item/fileChange/requestApproval",
  direction: "serverToClient",
  params: FileChangeRequestApprovalParamsSchema,
  result: FileChangeRequestApprovalResponseSchema,
  doc: "May these changes, which are in the started item, be made? Anything but a valid decision declines.",
});
