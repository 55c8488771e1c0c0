import type { UserInput } from "@heddle/protocol";
import { expect, test } from "vitest";
import type { Skill } from "./discover-skills.ts";
import { findMentions, mayMention } from "./mentions.ts";

const skill = (name: string, path: string, scope: Skill["scope"] = "user"): Skill => ({
  name,
  description: "Does it.",
  path,
  scope,
});
const RELEASE = skill("release", "/h/skills/release/SKILL.md");
const NOTES = skill("release-notes", "/h/skills/notes/SKILL.md");
const SPACED = skill("Clean up", "/h/skills/clean/SKILL.md");
const THEIRS = skill("release", "/a/repo/.codex/skills/release/SKILL.md", "repo");
const SKILLS = [SPACED, THEIRS, RELEASE, NOTES];
const text = (value: string): UserInput => ({ type: "text", text: value });
const element = ({ name, path }: Skill): UserInput => ({ type: "skill", name, path });

test.each<[string, readonly UserInput[], readonly Skill[]]>([
  ["a name", [text("please $release it")], [RELEASE]],
  ["a name at the very end", [text("run $release.")], [RELEASE]],
  ["a longer name, which is another one", [text("$release-notes")], [NOTES]],
  ["several, each once, as they come", [text("$release-notes, $release"), text("$release")], [NOTES, RELEASE]],
  ["a name of two words", [text("$Clean up first")], [SPACED]],
  ["another spelling, which is no name", [text("$Release $releases $$release \\$release a$release")], []],
  ["no mark, which is a word", [text("release")], []],
  ["a link, which says whose is meant", [text(`[$release](${THEIRS.path})`)], [THEIRS]],
  ["an element", [text("do it"), element(THEIRS)], [THEIRS]],
  ["an element and its name in the text", [text("$release now"), element(THEIRS)], [THEIRS]],
])("%s", (_what, input, named) => {
  expect(findMentions(input, SKILLS)).toEqual({ named, unknown: [] });
});

test("an element with a path that is no skill's is unknown, whatever its name", () => {
  const stranger = { type: "skill" as const, name: "release", path: "/h/auth.json" };
  expect(findMentions([stranger], SKILLS)).toEqual({ named: [], unknown: [stranger] });
});

test("input without a mark needs no look at the skills", () => {
  const inputs: [UserInput, boolean][] = [
    [text("costs 5$ or $ 5"), false],
    [text("$HOME"), true],
    [element(RELEASE), true],
    [{ type: "image", url: "data:$x" }, false],
  ];
  expect(inputs.map(([part]) => mayMention([part]))).toEqual(inputs.map(([, expected]) => expected));
});
