import { ToolRequestUserInputAnswerSchema, ToolRequestUserInputQuestionSchema } from "../definitions/user-question.ts";
import { defineMethod } from "../define.ts";
import { ItemIdSchema, ThreadIdSchema, TurnIdSchema } from "../ids.ts";
import { Type } from "../schema/type.ts";

const ToolRequestUserInputParamsSchema = Type.Named(
  "ToolRequestUserInputParams",
  Type.Object({
    threadId: ThreadIdSchema,
    turnId: TurnIdSchema,
    itemId: ItemIdSchema,
    questions: Type.Array(ToolRequestUserInputQuestionSchema),
    isBlocking: Type.Boolean(),
    autoResolutionMs: Type.Nullable(Type.Uint64()),
  }),
);

const ToolRequestUserInputResponseSchema = Type.Named(
  "ToolRequestUserInputResponse",
  Type.Object({ answers: Type.Record(ToolRequestUserInputAnswerSchema) }),
);

export const itemToolRequestUserInput = defineMethod({
  method: "item/tool/requestUserInput",
  direction: "serverToClient",
  params: ToolRequestUserInputParamsSchema,
  result: ToolRequestUserInputResponseSchema,
  doc: "The model asks the person something; the turn waits. Answers go by the ids of the questions.",
});
