import { createWorkspace } from "@heddle/testkit";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listCustomPrompts, readHeader } from "./custom-prompts.ts";

test("prompts are the Markdown files of the folder, by name, links to files among them", async () => {
  await using workspace = await createWorkspace({
    homeFiles: {
      "prompts/zed.MD": "Z",
      "prompts/ask.md": "A $1",
      "prompts/note.txt": "no",
      "prompts/sub/deep.md": "no",
      "elsewhere.md": "E",
    },
  });
  const { home } = workspace;
  await symlink(join(home, "elsewhere.md"), join(home, "prompts", "linked.md"));
  await symlink(join(home, "gone.md"), join(home, "prompts", "broken.md"));
  await mkdir(join(home, "prompts", "folder.md"));
  expect((await listCustomPrompts(home)).map(({ name, content }) => [name, content])).toEqual([
    ["ask", "A $1"],
    ["linked", "E"],
    ["zed", "Z"],
  ]);
});

test("a home without the folder has none", async () => {
  await using workspace = await createWorkspace();
  expect(await listCustomPrompts(workspace.home)).toEqual([]);
});

test.each([
  [
    '---\ndescription: "What: it does"\nargument-hint: [file]\n# note: no\n---\nBody\n',
    ["Body\n", "What: it does", "[file]"],
  ],
  ["---\r\nargument_hint: 'x'\r\n---\r\nBody", ["Body", null, "x"]],
  ["---\ndescription: open\nBody", ["---\ndescription: open\nBody", null, null]],
  ["Body\n---\ndescription: d\n---\n", ["Body\n---\ndescription: d\n---\n", null, null]],
  ["---\n---\n", ["", null, null]],
])("the header of %j", (text, expected) => {
  const { content, description, argumentHint } = readHeader(text);
  expect([content, description, argumentHint]).toEqual(expected);
});
