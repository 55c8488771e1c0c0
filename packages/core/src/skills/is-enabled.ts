import type { ResolvedConfig } from "@heddle/config";
import type { Skill } from "./discover-skills.ts";

/** Whether a model may be told of a skill: by the feature, and by the switch of the skill itself. */
export function isSkillEnabled(
  { path }: Pick<Skill, "path">,
  { features, disabledSkills }: Pick<ResolvedConfig, "features" | "disabledSkills">,
): boolean {
  return features.skills && !disabledSkills.includes(path);
}
