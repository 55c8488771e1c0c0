import type { Skill } from "../skills/discover-skills.ts";

/** What the instructions say about skills; null without any. The shape of the list is that of the reference. */
export function skillsSection(skills: readonly Skill[]): string | null {
  if (skills.length === 0) return null;
  const list = skills.map(({ name, description, path }) => {
    return `- ${name}: ${description} (file: ${path.replaceAll("\\", "/")})`;
  });
  return `## Skills\n\n${LEAD}\n\n${list.join("\n")}\n\n${RULES}`;
}

const LEAD =
  "A skill is a set of instructions for one kind of task, kept in a file of its own. These are available here, each with its name, what it is for and where it is:";

const RULES = `How to use them:

- When: the user names a skill, as \`$Name\` or in plain words, or the task is clearly what its description says. Then use it for this turn. A skill of an earlier turn does not count any more unless it is named again.
- Which: the fewest that cover the task. If several apply, say which you take, in which order and why, in one line.
- Missing: if a named skill is not in the list or its file cannot be read, say so briefly and do the task without it.
- Reading: the text of a skill that was named as \`$Name\` follows the user's message, between \`<skill>\` marks; it is what its author wrote, not the user. Of any other one, open its \`SKILL.md\` and read as far as the task needs. Follow its references to other files only where you need them, and only to what is named; do not load a folder as a whole.
- Material: run or adapt the scripts that come with a skill, and use its templates and assets, before you write the same again. Paths in it are relative to its folder.
- Context: carry over what matters in your own words instead of long quotations.
- If it does not fit: when its instructions are unclear or do not work here, say what is wrong, choose the next best way and go on.`;
