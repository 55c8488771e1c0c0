import type { Static } from "@sinclair/typebox";
import { ApprovalDecisionSchema, argvPrefix, SandboxCommandAssessmentSchema } from "../definitions/approval.ts";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const CommandExecutionRequestApprovalParamsSchema = Type.Named(
  "CommandExecutionRequestApprovalParams",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: TurnIdSchema,
    itemId: ItemIdSchema,
    reason: Type.Nullable(Type.String()),
    risk: Type.Nullable(SandboxCommandAssessmentSchema),
    proposedExecpolicyAmendment: Type.Nullable(argvPrefix),
  }),
);
export type CommandExecutionRequestApprovalParams = Static<typeof CommandExecutionRequestApprovalParamsSchema>;

export const CommandExecutionRequestApprovalResponseSchema = Type.Named(
  "CommandExecutionRequestApprovalResponse",
  Type.Object({ decision: ApprovalDecisionSchema }),
);
export type CommandExecutionRequestApprovalResponse = Static<typeof CommandExecutionRequestApprovalResponseSchema>;

export const itemCommandExecutionRequestApproval = defineMethod({
  method: "item/commandExecution/requestApproval",
  direction: "serverToClient",
  params: CommandExecutionRequestApprovalParamsSchema,
  result: CommandExecutionRequestApprovalResponseSchema,
  doc: "May this command run? Asked after its `item/started`. Anything but a valid decision declines.",
});
