import type { Static } from "@sinclair/typebox";
import { TurnIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";
import { TurnItemsViewSchema } from "./paging.ts";
import { TurnLimitHitSchema } from "./limits.ts";
import { ThreadItemSchema } from "./thread-item.ts";

export const TurnStatusSchema = Type.Named(
  "TurnStatus",
  Type.Enum(["completed", "interrupted", "failed", "inProgress"]),
);
export type TurnStatus = Static<typeof TurnStatusSchema>;

const HttpFailureSchema = Type.Object({ httpStatusCode: Type.Nullable(Type.Uint16()) });

/** The kind of a turn's failure, for programs: a word, or an object with one member that says what HTTP answered. */
export const CodexErrorInfoSchema = Type.Named(
  "CodexErrorInfo",
  Type.Union([
    Type.Enum([
      "contextWindowExceeded",
      "usageLimitExceeded",
      "internalServerError",
      "unauthorized",
      "badRequest",
      "sandboxError",
      "other",
    ]),
    Type.Object({ httpConnectionFailed: HttpFailureSchema }),
    Type.Object({ responseStreamConnectionFailed: HttpFailureSchema }),
    Type.Object({ responseStreamDisconnected: HttpFailureSchema }),
    Type.Object({ responseTooManyFailedAttempts: HttpFailureSchema }),
  ]),
);
export type CodexErrorInfo = Static<typeof CodexErrorInfoSchema>;

export const TurnErrorSchema = Type.Named(
  "TurnError",
  Type.Object({
    message: Type.String(),
    codexErrorInfo: Type.Nullable(CodexErrorInfoSchema),
    /** Ours: the limit that has ended the turn. */
    limit: Type.Optional(TurnLimitHitSchema),
  }),
);
export type TurnError = Static<typeof TurnErrorSchema>;

/** `items` is filled only in the answers of `thread/resume` and `review/start`; `error` only when `status` is `failed`. */
export const TurnSchema = Type.Named(
  "Turn",
  Type.Object({
    id: TurnIdSchema,
    items: Type.Array(ThreadItemSchema),
    status: TurnStatusSchema,
    error: Type.Nullable(TurnErrorSchema),
    /** Ours: true on an interrupted turn that `turn/continue` can go on with. */
    continuable: Type.Optional(Type.Boolean()),
    /** How much `items` holds, where a list was asked for a part. */
    itemsView: Type.Optional(TurnItemsViewSchema),
  }),
);
export type Turn = Static<typeof TurnSchema>;

export const TurnPlanStepStatusSchema = Type.Named(
  "TurnPlanStepStatus",
  Type.Enum(["pending", "inProgress", "completed"]),
);
export type TurnPlanStepStatus = Static<typeof TurnPlanStepStatusSchema>;

export const TurnPlanStepSchema = Type.Named(
  "TurnPlanStep",
  Type.Object({ step: Type.String(), status: TurnPlanStepStatusSchema }),
);
export type TurnPlanStep = Static<typeof TurnPlanStepSchema>;
