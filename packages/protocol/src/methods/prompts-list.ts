import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const PromptsListParamsSchema = Type.Named("PromptsListParams", Type.Empty());
export type PromptsListParams = Static<typeof PromptsListParamsSchema>;

/** `content`: with its placeholders. `path`: absolute. */
export const CustomPromptSchema = Type.Named(
  "CustomPrompt",
  Type.Object({
    name: Type.String(),
    path: Type.String(),
    content: Type.String(),
    description: Type.Nullable(Type.String()),
    argumentHint: Type.Nullable(Type.String()),
  }),
);
export type CustomPrompt = Static<typeof CustomPromptSchema>;

export const PromptsListResponseSchema = Type.Named(
  "PromptsListResponse",
  Type.Object({ data: Type.Array(CustomPromptSchema) }),
);
export type PromptsListResponse = Static<typeof PromptsListResponseSchema>;

export const promptsList = defineMethod({
  method: "prompts/list",
  direction: "clientToServer",
  params: PromptsListParamsSchema,
  result: PromptsListResponseSchema,
  doc: "An extension of Heddle: the prompts in `<home>/prompts`, by name. Clients offer them as `/prompts:<name>` and fill in their arguments.",
});
