import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

const ToolRequestUserInputOptionSchema = Type.Named(
  "ToolRequestUserInputOption",
  Type.Object({ label: Type.String(), description: Type.String() }),
);

/** Something that a model wants to know from the person. With `isOther` an answer of their own is welcome. */
export const ToolRequestUserInputQuestionSchema = Type.Named(
  "ToolRequestUserInputQuestion",
  Type.Object({
    id: Type.String(),
    header: Type.String(),
    question: Type.String(),
    options: Type.Nullable(Type.Array(ToolRequestUserInputOptionSchema)),
    isOther: Type.Default(Type.Boolean(), false),
    isSecret: Type.Default(Type.Boolean(), false),
  }),
);
export type ToolRequestUserInputQuestion = Static<typeof ToolRequestUserInputQuestionSchema>;

export const ToolRequestUserInputAnswerSchema = Type.Named(
  "ToolRequestUserInputAnswer",
  Type.Object({ answers: Type.Array(Type.String()) }),
);
