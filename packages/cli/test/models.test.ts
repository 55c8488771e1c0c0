import { step } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

interface Listed {
  readonly data: readonly { readonly id: string; readonly isDefault: boolean; readonly displayName: string }[];
}

async function listModels(heddle: TestHeddle): Promise<Listed["data"]> {
  return ((await heddle.client.request("model/list", {})) as Listed).data;
}

function lists(heddle: TestHeddle): number {
  return heddle.model.requests.filter(({ method }) => method === "GET").length;
}

const SCRIPT = [[step.text("fine")]];

test("model/list has what the provider in use lists, and asks for it once in five minutes", async () => {
  await using heddle = await startHeddle({
    script: SCRIPT,
    models: { object: "list", data: [{ id: "qwen3-coder" }, { id: "claude-opus-5" }] },
  });
  const first = await listModels(heddle);
  expect(first.map(({ id, isDefault }) => [id, isDefault])).toEqual([
    ["qwen3-coder", true],
    ["claude-opus-5", false],
  ]);
  expect(await listModels(heddle)).toEqual(first);
  expect(lists(heddle)).toBe(1);
  const cache: unknown = JSON.parse(await readFile(join(heddle.home, "models_cache", "scripted.json"), "utf8"));
  expect(cache).toMatchObject({ provider: "scripted", models: [{ id: "qwen3-coder" }, { id: "claude-opus-5" }] });
});

test("a provider that lists nothing leaves the program's own; what the person adds is behind it, or in its place", async () => {
  await using heddle = await startHeddle({
    script: SCRIPT,
    config: `
[models."my/own"]
display_name = "My own"
reasoning_efforts = ["low", "high"]
[models."elsewhere"]
provider = "anthropic"
[models."gpt-5.1"]
display_name = "Five point one"
[models."gpt-5.1-codex-max"]
hidden = true
`,
  });
  const { data } = (await heddle.client.request("model/list", { includeHidden: true })) as Listed;
  expect(data.map(({ id, displayName }) => [id, displayName])).toEqual([
    ["gpt-5.1-codex-max", "gpt-5.1-codex-max"],
    ["gpt-5.1-codex", "gpt-5.1-codex"],
    ["gpt-5.1-codex-mini", "gpt-5.1-codex-mini"],
    ["gpt-5.1", "Five point one"],
    ["gpt-5-codex", "gpt-5-codex"],
    ["gpt-5-codex-mini", "gpt-5-codex-mini"],
    ["gpt-5", "gpt-5"],
    ["my/own", "My own"],
  ]);
  expect(data.at(-1)).toMatchObject({
    supportedReasoningEfforts: [{ reasoningEffort: "low" }, { reasoningEffort: "high" }],
    defaultReasoningEffort: "low",
  });
  const shown = await listModels(heddle);
  expect(shown.map(({ id }) => id)).not.toContain("gpt-5.1-codex-max");
  expect(shown.filter(({ isDefault }) => isDefault)).toHaveLength(1);
});

test("with remote_models a thread knows what the provider lists, and no turn waits for the list", async () => {
  let answer: (list: object) => void = () => {};
  const models = new Promise<object>((resolve) => {
    answer = resolve;
  });
  const entry = { slug: "gpt-5.1-codex", shell_type: "default", base_instructions: "Be remote.", visibility: "list" };
  await using heddle = await startHeddle({ script: SCRIPT, models, config: "[features]\nremote_models = true" });
  const threadId = await heddle.startThread();
  await heddle.runTurn(threadId, "before the list has come");
  answer({ models: [entry] });
  await expect.poll(() => readCache(heddle)).toContain("Be remote.");
  await heddle.runTurn(threadId, "after it has come");

  const asked = heddle.model.requests.filter(({ method }) => method === "POST").map(({ body }) => body);
  const shells = asked.map((body) => (body as { tools: { name: string }[] }).tools[0]?.name);
  expect(shells).toEqual(["shell_command", "shell"]);
  expect(asked[0]).not.toMatchObject({ instructions: "Be remote." });
  expect(asked[1]).toMatchObject({ instructions: "Be remote." });
});

test("modelProvider/list has the built-in providers, then the configured ones", async () => {
  await using heddle = await startHeddle({ script: SCRIPT });
  expect(await heddle.client.request("modelProvider/list", {})).toMatchObject({
    data: [
      { id: "openai", canEdit: false, settings: { type: "openai" } },
      { id: "ollama" },
      { id: "lmstudio" },
      { id: "anthropic", settings: { auth: { mode: "environmentVariable", envKey: "ANTHROPIC_API_KEY" } } },
      { id: "gemini" },
      { id: "openrouter" },
      { id: "scripted", baseUrl: heddle.model.baseUrl, canEdit: true, settings: { auth: { mode: "none" } } },
    ],
    defaultProviderId: "scripted",
  });
});

function readCache(heddle: TestHeddle): Promise<string> {
  return readFile(join(heddle.home, "models_cache", "scripted.json"), "utf8").catch(() => "");
}
