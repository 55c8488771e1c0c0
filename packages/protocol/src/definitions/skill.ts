import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** Whose a skill is: the user's own, or the repository's. */
export const SkillScopeSchema = Type.Named("SkillScope", Type.Enum(["user", "repo", "system", "admin"]));
export type SkillScope = Static<typeof SkillScopeSchema>;

/** `path`: its `SKILL.md`, absolute. `enabled`: whether new threads are told of it. */
export const SkillMetadataSchema = Type.Named(
  "SkillMetadata",
  Type.Object({
    name: Type.String(),
    description: Type.String(),
    path: Type.String(),
    scope: SkillScopeSchema,
    enabled: Type.Boolean(),
  }),
);
export type SkillMetadata = Static<typeof SkillMetadataSchema>;

/** A file that should be a skill and is none. */
export const SkillErrorInfoSchema = Type.Named(
  "SkillErrorInfo",
  Type.Object({ path: Type.String(), message: Type.String() }),
);
export type SkillErrorInfo = Static<typeof SkillErrorInfoSchema>;

export const SkillsListEntrySchema = Type.Named(
  "SkillsListEntry",
  Type.Object({
    cwd: Type.String(),
    skills: Type.Array(SkillMetadataSchema),
    errors: Type.Array(SkillErrorInfoSchema),
  }),
);
export type SkillsListEntry = Static<typeof SkillsListEntrySchema>;
