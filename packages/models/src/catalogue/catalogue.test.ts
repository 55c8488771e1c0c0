import { expect, test } from "vitest";
import { modelFamily, overridesOf } from "./model-family.ts";
import { DEFAULT_MODEL, modelPresets } from "./presets.ts";

test.each([
  ["o4-mini-high", "o4-mini"],
  ["gpt-4.1-mini", "gpt-4.1"],
  ["openai/gpt-oss-20b", "gpt-oss"],
  ["gpt-oss:20b", "gpt-oss"],
  ["test-gpt-5-codex", "test-gpt-5"],
  ["exp-codex-personality", "exp-codex"],
  ["exp-5.1", "exp"],
  ["gpt-5.1-codex-max", "gpt-5.1-codex-max"],
  ["gpt-5.1-codex-mini", "gpt-5-codex"],
  ["codex-unreleased", "gpt-5-codex"],
  ["gpt-5.1", "gpt-5.1"],
  ["gpt-5", "gpt-5"],
  ["anthropic/claude-opus-4.5", "claude-opus-4"],
  ["gemini-2.5-pro", "gemini-2.5"],
  ["somebody's-own", "somebody's-own"],
])("%s is of the family %s", (slug, family) => {
  expect(modelFamily(slug)).toMatchObject({ slug, family });
});

test("a coding model has the free-form patch tool, a window of 272,000 tokens, and limits below it", () => {
  expect(modelFamily("gpt-5.1-codex")).toEqual({
    slug: "gpt-5.1-codex",
    family: "gpt-5-codex",
    contextWindow: 272_000,
    effectiveWindow: 258_400,
    autoCompactLimit: 244_800,
    supportsReasoningSummaries: true,
    supportsParallelToolCalls: false,
    applyPatchTool: "freeform",
    shellTool: "shell_command",
    supportsVerbosity: false,
    defaultVerbosity: null,
    defaultEffort: null,
    truncation: { unit: "tokens", limit: 10_000 },
    instructions: null,
    base: "codex",
    needsPatchInstructions: false,
    experimentalTools: [],
    summaryFormat: "experimental",
    maxOutputTokens: null,
    thinking: "effort",
    supportsImages: true,
  });
});

test("an unknown model can run scripts and patch, in a window of 128,000 tokens", () => {
  expect(modelFamily("mystery")).toMatchObject({
    contextWindow: 128_000,
    autoCompactLimit: 115_200,
    applyPatchTool: "function",
    shellTool: "shell_command",
    supportsParallelToolCalls: true,
    supportsReasoningSummaries: false,
  });
});

test("a configuration wins over the table", () => {
  const overrides = {
    contextWindow: 1000,
    autoCompactLimit: 700,
    supportsReasoningSummaries: true,
    applyPatchTool: null,
  };
  expect(modelFamily("gpt-4o", overrides)).toMatchObject({
    contextWindow: 1000,
    effectiveWindow: 950,
    autoCompactLimit: 700,
    supportsReasoningSummaries: true,
    applyPatchTool: null,
    truncation: { unit: "bytes", limit: 10_000 },
  });
});

test("of what is configured by prefix, the longest one that fits counts, with or without the vendor", () => {
  const byPrefix = { gpt: { maxOutputTokens: 1 }, "gpt-4o": { maxOutputTokens: 2 }, "a/b": { maxOutputTokens: 3 } };
  const found = ["gpt-4o-mini", "openai/gpt-4.1", "a/bc", "bc"].map((slug) => overridesOf(byPrefix, slug));
  expect(found).toEqual([{ maxOutputTokens: 2 }, { maxOutputTokens: 1 }, { maxOutputTokens: 3 }, {}]);
});

test("one preset is the default one, and upgrades lead to presets", () => {
  const presets = modelPresets();
  expect(presets.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([DEFAULT_MODEL]);
  const ids = new Set(presets.map(({ id }) => id));
  for (const { upgrade } of presets) expect(upgrade === null || ids.has(upgrade.id)).toBe(true);
  expect(presets.filter(({ showInPicker }) => showInPicker).map(({ id }) => id)).toEqual([
    "gpt-5.1-codex-max",
    "gpt-5.1-codex",
    "gpt-5.1-codex-mini",
    "gpt-5.1",
  ]);
});
