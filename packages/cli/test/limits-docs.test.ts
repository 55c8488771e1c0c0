import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { step } from "@heddle/testkit";
import { expect, test } from "vitest";
import { createRig } from "./support/command-rig.ts";

const page = await readFile(join(import.meta.dirname, "../../../docs/limits.md"), "utf8");
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(page)?.[1] ?? "";

test("the configuration and the command of docs/limits.md hold", async () => {
  await using rig = await createRig({ settings: block("toml"), script: [[step.text("done")]] });
  const words = [
    ...block("sh")
      .trim()
      .matchAll(/"([^"]*)"|(\S+)/g),
  ].map(([, quoted, word]) => quoted ?? word ?? "");
  expect(words.slice(0, 2)).toEqual(["heddle", "exec"]);
  const { code, stdout, stderr } = await rig.run(words.slice(1));
  expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
  expect(stderr).not.toContain("price");
});
