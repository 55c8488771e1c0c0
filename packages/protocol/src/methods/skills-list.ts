import type { Static } from "@sinclair/typebox";
import { SkillsListEntrySchema } from "../definitions/skill.ts";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const SkillsListParamsSchema = Type.Named(
  "SkillsListParams",
  Type.Object({ cwds: Type.Maybe(Type.Array(Type.String())), forceReload: Type.Maybe(Type.Boolean()) }),
);
export type SkillsListParams = Static<typeof SkillsListParamsSchema>;

export const SkillsListResponseSchema = Type.Named(
  "SkillsListResponse",
  Type.Object({ data: Type.Array(SkillsListEntrySchema) }),
);
export type SkillsListResponse = Static<typeof SkillsListResponseSchema>;

export const skillsList = defineMethod({
  method: "skills/list",
  direction: "clientToServer",
  params: SkillsListParamsSchema,
  result: SkillsListResponseSchema,
  doc: "The skills that each of `cwds` has, and the files that are none although they should be; of the server's own folder when none is named. Always read anew.",
});
