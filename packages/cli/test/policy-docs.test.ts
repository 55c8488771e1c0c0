import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";

const PAGE = join(import.meta.dirname, "..", "..", "..", "docs", "rules.md");

test("the commands of docs/rules.md print what stands there", async () => {
  const page = await readFile(PAGE, "utf8");
  const [rules = ""] = blocks(page, "python");
  await using rig = await createRig();
  await writeFile(join(rig.workspace.cwd, "team.codexpolicy"), rules);
  const examples = blocks(page, "console").flatMap((block) => block.split(/^\$ /m).slice(1));
  expect(examples.length).toBeGreaterThan(2);
  for (const example of examples) {
    const end = example.indexOf("\n");
    const [program, ...args] = words(example.slice(0, end));
    const { code, stdout } = await rig.run(args);
    expect({ program, code, stdout }).toEqual({ program: "heddle", code: 0, stdout: example.slice(end + 1) });
  }
});

function blocks(page: string, language: string): string[] {
  return Array.from(page.matchAll(/^```(\w+)\n([^]*?)^```$/gm))
    .filter(([, name]) => name === language)
    .map(([, , text = ""]) => text);
}

/** Enough of a shell for a page of examples. */
function words(line: string): string[] {
  return Array.from(line.matchAll(/"([^"]*)"|\S+/g), ([word, quoted]) => quoted ?? word);
}
