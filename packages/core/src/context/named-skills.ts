import type { ResponseItem } from "@heddle/models";
import type { ResolvedConfig } from "@heddle/config";
import type { UserInput } from "@heddle/protocol";
import { open } from "node:fs/promises";
import type { FoundSkills, Skill } from "../skills/discover-skills.ts";
import { isSkillEnabled } from "../skills/is-enabled.ts";
import { findMentions, mayMention } from "../skills/mentions.ts";
import { escapeMarkup } from "./environment.ts";

/** What a message of the user brings along because it names skills. */
export interface NamedSkills {
  /** The skills' own texts, for the model, behind the message. */
  readonly messages: readonly ResponseItem[];
  /** Why a skill that was asked for is not there, for people and the model. */
  readonly complaints: readonly string[];
}

/** All skills of a message together: as much as documents of a project may take, twice. */
const MAX_BYTES = 64 * 1024;

export const NO_SKILLS: NamedSkills = { messages: [], complaints: [] };

/**
 * Reads the skills that an input names. Nothing is read that is no skill: an input names files by a path of its own.
 * Never rejects. @param discover gives the skills of the moment.
 */
export async function readNamedSkills(
  input: readonly UserInput[],
  {
    config,
    discover,
  }: {
    readonly config: Pick<ResolvedConfig, "features" | "disabledSkills">;
    readonly discover: () => Promise<FoundSkills>;
  },
): Promise<NamedSkills> {
  if (!config.features.skills) {
    return { messages: [], complaints: skillNames(input).map((name) => `${unused(name)}: ${DISABLED}`) };
  }
  if (!mayMention(input)) return NO_SKILLS;
  const { skills } = await discover();
  const { named, unknown } = findMentions(
    input,
    skills.filter((skill) => isSkillEnabled(skill, config)),
  );
  const complaints = unknown.map(({ name, path }) => {
    const isKnown = skills.some((skill) => skill.path === path);
    return `${unused(name)}: ${isKnown ? SWITCHED_OFF : `there is none at ${path}; \`skills/list\` has all`}`;
  });
  const messages: ResponseItem[] = [];
  let left = MAX_BYTES;
  for (const skill of named) {
    const read = await readSkill(skill, left);
    if (typeof read === "string") complaints.push(`${unused(skill.name)}: ${read}`);
    else {
      messages.push(skillMessage(skill, read));
      left -= Buffer.byteLength(read.text);
    }
  }
  return { messages, complaints };
}

const SWITCHED_OFF = "`skills.config` has switched it off";
const DISABLED = "skills are off here; the feature `skills` turns them on";

function skillNames(input: readonly UserInput[]): string[] {
  return input.flatMap((part) => (part.type === "skill" ? [part.name] : []));
}

function unused(name: string): string {
  return `Heddle could not use the skill \`${name}\``;
}

interface SkillText {
  readonly text: string;
  readonly isWhole: boolean;
}

/** @returns the text as far as it fits, or why there is none. */
async function readSkill({ path }: Skill, maxBytes: number): Promise<SkillText | string> {
  try {
    const handle = await open(path, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes + 1), 0, maxBytes + 1, 0);
      const isWhole = bytesRead <= maxBytes;
      // A character that the end cuts becomes a replacement character, which is cut, too.
      const text = buffer.toString("utf8", 0, Math.min(bytesRead, maxBytes));
      return { text: isWhole ? text : text.replace(/\uFFFD$/, ""), isWhole };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The frame is the reference's, which later clients and rollouts know. What stands in it cannot leave it. */
function skillMessage({ name, path }: Skill, { text, isWhole }: SkillText): ResponseItem {
  const body = text.replaceAll(/<(?=\/skill\b)/gi, "&lt;").trimEnd();
  const rest = isWhole ? [] : ["[Cut here: read the rest from the file if the task needs it.]"];
  const head = [`<name>${escapeMarkup(name)}</name>`, `<path>${escapeMarkup(path)}</path>`];
  const lines = ["<skill>", ...head, ...(body === "" ? [] : [body]), ...rest, "</skill>"];
  return { type: "message", role: "user", content: [{ type: "input_text", text: lines.join("\n") }] };
}
