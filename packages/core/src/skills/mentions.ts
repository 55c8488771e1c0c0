import type { SkillInput, UserInput } from "@heddle/protocol";
import type { Skill } from "./discover-skills.ts";

/** What the skills that there are have to do with an input. */
export interface Mentions {
  /** Each once, in the order of the input. */
  readonly named: readonly Skill[];
  /** Elements that name a skill which is none of them. A `$name` in a text may be anything, and is left alone. */
  readonly unknown: readonly SkillInput[];
}

/** Whether it is worth while to look for skills: an element, or something in a text that may be a mention. */
export function mayMention(input: readonly UserInput[]): boolean {
  return input.some((part) => part.type === "skill" || (part.type === "text" && /\$\w/.test(part.text)));
}

/**
 * Finds the skills that an input names: by an element with the path of its file, or by `$name` in a text. Of several
 * with one name it is the one whose file the text links (`[$name](path)`), else the user's own before the repository's,
 * which must not put itself in its place. Source: engine spec, section 3.3.
 */
export function findMentions(input: readonly UserInput[], skills: readonly Skill[]): Mentions {
  const named = new Set<Skill>();
  const unknown: SkillInput[] = [];
  for (const part of input) {
    if (part.type === "skill") {
      const skill = skills.find(({ path }) => path === part.path);
      if (skill === undefined) unknown.push(part);
      else named.add(skill);
    } else if (part.type === "text") {
      for (const skill of namedIn(part.text, skills)) named.add(skill);
    }
  }
  // An element says which one is meant; the text beside it names the same one.
  const byElement = new Set(input.flatMap((part) => (part.type === "skill" ? [part.name] : [])));
  const paths = new Set(input.flatMap((part) => (part.type === "skill" ? [part.path] : [])));
  return { named: [...named].filter(({ name, path }) => !byElement.has(name) || paths.has(path)), unknown };
}

function namedIn(text: string, skills: readonly Skill[]): Skill[] {
  const found = [...new Set(skills.map(({ name }) => name))].flatMap((name) => {
    const at = positionOf(name, text);
    if (at === null) return [];
    const candidates = skills.filter((skill) => skill.name === name);
    const linked = candidates.find(({ path }) => text.includes(`[$${name}](${path})`));
    return [{ at, skill: linked ?? candidates.find(({ scope }) => scope === "user") ?? candidates[0] }];
  });
  return found.toSorted((a, b) => a.at - b.at).flatMap(({ skill }) => skill ?? []);
}

/** Where a text names a skill; null when it does not: `$release-notes` names no skill `release`. */
function positionOf(name: string, text: string): number | null {
  for (let at = text.indexOf(`$${name}`); at !== -1; at = text.indexOf(`$${name}`, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + 1 + name.length);
    if (!/[\w$\\]/.test(before) && !/[\w-]/.test(after)) return at;
  }
  return null;
}
