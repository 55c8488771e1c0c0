import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { chooseModel } from "./readme-example.ts";
import { removeFolders, temporaryFolder } from "./support/folders.ts";

afterEach(removeFolders);

test("the README's example is one that runs", async () => {
  const good = await temporaryFolder({ "config.toml": 'model_provider = "mine"\n' });
  const broken = await temporaryFolder({ "config.toml": "\nmodel = 5\n" });
  const text = 'model = "gpt-5" # fast\n';

  expect(await chooseModel(good, good, text)).toBe('model = "o3" # fast\n# mine, workspace-write, on-request');
  expect(await chooseModel(broken, broken, text)).toBe(
    `${join(broken, "config.toml")}:2: invalid type: integer \`5\`, expected a string`,
  );
  const [readme, example] = await Promise.all(
    ["../README.md", "./readme-example.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
