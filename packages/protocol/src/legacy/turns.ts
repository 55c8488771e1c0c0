import type { Static } from "@sinclair/typebox";
import { ReasoningEffortSchema, ReasoningSummarySchema } from "../definitions/settings.ts";
import { ConversationIdSchema } from "./conversation-id.ts";
import { AskForApprovalSchema, SandboxPolicySchema } from "./settings.ts";
import { Type } from "../schema/type.ts";

/** One piece of what a person sends with a turn. Skills came later than the rest. */
export const InputItemSchema = Type.Named(
  "InputItem",
  Type.Tagged([
    Type.Object({ type: Type.Tag("text"), data: Type.Object({ text: Type.String() }) }),
    Type.Object({ type: Type.Tag("image"), data: Type.Object({ image_url: Type.String() }) }),
    Type.Object({ type: Type.Tag("localImage"), data: Type.Object({ path: Type.String() }) }),
    Type.Object({ type: Type.Tag("skill"), data: Type.Object({ name: Type.String(), path: Type.String() }) }),
  ]),
);
export type InputItem = Static<typeof InputItemSchema>;

export const SendUserMessageParamsSchema = Type.Named(
  "SendUserMessageParams",
  Type.Object({ conversationId: ConversationIdSchema, items: Type.Array(InputItemSchema) }),
);

export const SendUserMessageResponseSchema = Type.Named("SendUserMessageResponse", Type.Empty());

/** The settings stay for later turns. */
export const SendUserTurnParamsSchema = Type.Named(
  "SendUserTurnParams",
  Type.Object({
    approvalPolicy: AskForApprovalSchema,
    conversationId: ConversationIdSchema,
    cwd: Type.String(),
    effort: Type.Maybe(ReasoningEffortSchema),
    items: Type.Array(InputItemSchema),
    model: Type.String(),
    sandboxPolicy: SandboxPolicySchema,
    summary: ReasoningSummarySchema,
  }),
);

export const SendUserTurnResponseSchema = Type.Named("SendUserTurnResponse", Type.Empty());

export const TurnAbortReasonSchema = Type.Named(
  "TurnAbortReason",
  Type.Enum(["interrupted", "replaced", "review_ended"]),
);

export const InterruptConversationParamsSchema = Type.Named(
  "InterruptConversationParams",
  Type.Object({ conversationId: ConversationIdSchema }),
);

export const InterruptConversationResponseSchema = Type.Named(
  "InterruptConversationResponse",
  Type.Object({ abortReason: TurnAbortReasonSchema }),
);

export const AddConversationListenerParamsSchema = Type.Named(
  "AddConversationListenerParams",
  Type.Object({ conversationId: ConversationIdSchema, experimentalRawEvents: Type.Default(Type.Boolean(), false) }),
);

export const AddConversationSubscriptionResponseSchema = Type.Named(
  "AddConversationSubscriptionResponse",
  Type.Object({ subscriptionId: Type.String() }),
);

export const RemoveConversationListenerParamsSchema = Type.Named(
  "RemoveConversationListenerParams",
  Type.Object({ subscriptionId: Type.String() }),
);

export const RemoveConversationSubscriptionResponseSchema = Type.Named(
  "RemoveConversationSubscriptionResponse",
  Type.Empty(),
);

export const ExecOneOffCommandParamsSchema = Type.Named(
  "ExecOneOffCommandParams",
  Type.Object({
    command: Type.Array(Type.String()),
    cwd: Type.Maybe(Type.String()),
    sandboxPolicy: Type.Maybe(SandboxPolicySchema),
    timeoutMs: Type.Maybe(Type.Uint64()),
  }),
);

export const ExecOneOffCommandResponseSchema = Type.Named(
  "ExecOneOffCommandResponse",
  Type.Object({ exitCode: Type.Int32(), stderr: Type.String(), stdout: Type.String() }),
);
