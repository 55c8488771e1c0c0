import { createWorkspace } from "@heddle/testkit";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { skillsSection } from "../context/skills-section.ts";
import { discoverSkills } from "./discover-skills.ts";

const skill = (name: string, description = "Does it."): string =>
  `---\nname: ${name}\ndescription: ${description}\n---\n\nBody\n`;

test("skills are found at any depth in the home and in the repository, by name and then by path", async () => {
  await using workspace = await createWorkspace({
    homeFiles: { "skills/b/SKILL.md": skill("beta"), "skills/deep/er/SKILL.md": skill("alpha") },
    files: {
      ".git/HEAD": "ref: refs/heads/main\n",
      ".codex/skills/x/SKILL.md": skill("beta", "Of the\n  repository."),
      ".heddle/skills/SKILL.md": skill("gamma"),
      "sub/a.txt": "",
    },
  });
  const { home, cwd } = workspace;
  expect(await discoverSkills({ home, cwd: join(cwd, "sub") })).toEqual({
    errors: [],
    skills: [
      { name: "alpha", description: "Does it.", path: join(home, "skills/deep/er/SKILL.md"), scope: "user" },
      { name: "beta", description: "Does it.", path: join(home, "skills/b/SKILL.md"), scope: "user" },
      { name: "beta", description: "Of the repository.", path: join(cwd, ".codex/skills/x/SKILL.md"), scope: "repo" },
      { name: "gamma", description: "Does it.", path: join(cwd, ".heddle/skills/SKILL.md"), scope: "repo" },
    ].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.path < b.path ? -1 : 1)),
  });
});

test("hidden folders, links and other names are no skills", async () => {
  await using workspace = await createWorkspace({
    homeFiles: {
      "skills/.old/SKILL.md": skill("old"),
      "skills/readme/skill.md": skill("small"),
      "kept/SKILL.md": skill("kept"),
    },
  });
  const { home, cwd } = workspace;
  await mkdir(join(home, "skills"), { recursive: true });
  await symlink(join(home, "kept"), join(home, "skills", "linked"));
  expect(await discoverSkills({ home, cwd })).toEqual({ skills: [], errors: [] });
});

test.each([
  ["no header", "# Title\n", "it does not begin with YAML between --- lines"],
  ["a header that does not end", "---\nname: a\n", "it does not begin with YAML between --- lines"],
  ["no name", "---\ndescription: d\n---\n", "`name` is missing"],
  ["no description", "---\nname: n\n---\n", "`description` is missing"],
  ["a long name", skill("n".repeat(101)), "`name` is longer than 100 bytes"],
  ["a long description", skill("n", "é".repeat(251)), "`description` is longer than 500 bytes"],
  ["a list", "---\n- a\n---\n", "its YAML is no mapping"],
  ["broken YAML", '---\nname: "a\n---\n', expect.stringContaining("its YAML cannot be read: ")],
])("a file with %s is reported and left out", async (_what, text, message) => {
  await using workspace = await createWorkspace({ homeFiles: { "skills/a/SKILL.md": text } });
  const { home, cwd } = workspace;
  expect(await discoverSkills({ home, cwd })).toEqual({
    skills: [],
    errors: [{ path: join(home, "skills/a/SKILL.md"), message }],
  });
});

test("the model is given a line for each skill, with its file, and the rules for their use", () => {
  const text = skillsSection([
    { name: "a", description: "For a.", path: "/h/skills/a/SKILL.md", scope: "user" },
    { name: "b", description: "For b.", path: "C:\\h\\b\\SKILL.md", scope: "repo" },
  ]);
  expect(text).toMatch(/^## Skills\n\n/);
  expect(text).toContain("\n- a: For a. (file: /h/skills/a/SKILL.md)\n- b: For b. (file: C:/h/b/SKILL.md)\n");
  expect(text).toContain("`$Name`");
  expect(skillsSection([])).toBeNull();
});
