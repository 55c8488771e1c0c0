import { isSkillEnabled } from "@heddle/core";
import type { SkillsListEntry } from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { Handler } from "./handler.ts";

/** `skills/list`: one entry per folder, in the order in which they were named. */
export const listSkills: Handler<"skills/list"> = async ({ cwds }, { session }) => {
  const folders = cwds === undefined || cwds === null || cwds.length === 0 ? [session.host.cwd] : cwds;
  try {
    return { data: await Promise.all(folders.map((cwd) => entryOf(cwd, session))) };
  } catch (error) {
    throw toRpcError(error, "listing skills");
  }
};

async function entryOf(cwd: string, { host }: Session): Promise<SkillsListEntry> {
  const [config, { skills, errors }] = await Promise.all([host.loadConfig({ cwd }), host.engine.skills(cwd)]);
  return {
    cwd,
    skills: skills.map((skill) => ({ ...skill, enabled: isSkillEnabled(skill, config) })),
    errors: [...errors],
  };
}
