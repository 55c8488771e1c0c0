import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "@heddle/config";
import { createWorkspace } from "@heddle/testkit";
import { expect, test } from "vitest";

const page = await readFile(join(import.meta.dirname, "../../../docs/long-threads.md"), "utf8");

test("the configuration of docs/long-threads.md is one", async () => {
  const [, toml = ""] = /^```toml\n(.*?)^```$/ms.exec(page) ?? [];
  await using workspace = await createWorkspace({ homeFiles: { "config.toml": toml } });
  const { home, cwd, env } = workspace;
  const config = await loadConfig({ home, cwd, env, overrides: [] });
  expect(config).toMatchObject({
    modelAutoCompactTokenLimit: 200_000,
    compactPrompt: "Sum up what was done and what is left.",
    reviewModel: "gpt-5.1-codex-max",
    developerInstructions: "Answer in English.",
    notify: ["notify-send", "Heddle"],
    history: { persistence: "save-all", maxBytes: 1_000_000 },
    features: { skills: true, experimental_sandbox_command_assessment: true, remote_compaction: true },
  });
});
