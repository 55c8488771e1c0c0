import type { ResolvedConfig } from "@heddle/config";
import type { ThreadSettings } from "../settings/settings.ts";
import { isSkillEnabled } from "../skills/is-enabled.ts";
import { loadUserInstructions } from "./user-instructions.ts";

/** What the user and the project tell a new thread. */
export interface ThreadInstructions {
  /** For the model; null when nothing is told. */
  readonly text: string | null;
  /** For people: what was left out, and why. */
  readonly notices: readonly string[];
}

export const NO_INSTRUCTIONS: ThreadInstructions = { text: null, notices: [] };

/** Reads documents and, with the feature `skills`, what skills there are. Never rejects. */
export async function readThreadInstructions(options: {
  readonly home: string;
  readonly config: ResolvedConfig;
  readonly settings: Pick<ThreadSettings, "cwd">;
}): Promise<ThreadInstructions> {
  const { home, config, settings } = options;
  const { cwd } = settings;
  const { projectDocMaxBytes: maxBytes, projectDocFallbackFilenames: fallbackNames } = config;
  const notices: string[] = [];
  const warn = (message: string): void => void notices.push(message);
  const skills = config.features.skills ? await describeSkills({ home, cwd, config, warn }) : null;
  return { text: await loadUserInstructions({ home, cwd, maxBytes, fallbackNames, skills, warn }), notices };
}

async function describeSkills(options: {
  readonly home: string;
  readonly cwd: string;
  readonly config: ResolvedConfig;
  readonly warn: (message: string) => void;
}): Promise<string | null> {
  const [{ discoverSkills }, { skillsSection }] = await Promise.all([
    import("../skills/discover-skills.ts"),
    import("./skills-section.ts"),
  ]);
  const { skills, errors } = await discoverSkills(options);
  for (const { path, message } of errors) options.warn(`the skill ${path} is left out: ${message}`);
  return skillsSection(skills.filter((skill) => isSkillEnabled(skill, options.config)));
}
