import { expect, test } from "vitest";
import { decodeModelList, toPresets } from "./model-list.ts";

const ENTRY = {
  slug: "gpt-9",
  display_name: "GPT 9",
  description: "d",
  default_reasoning_level: "low",
  supported_reasoning_levels: [{ effort: "low", description: "l" }, { effort: "high" }, { effort: "hyper" }],
  shell_type: "shell_command",
  visibility: "list",
  minimal_client_version: [0, 1, 0],
  supported_in_api: true,
  priority: 3,
  upgrade: null,
  base_instructions: "Be nine.",
};

const GPT_9 = {
  slug: "gpt-9",
  displayName: "GPT 9",
  description: "d",
  defaultEffort: "low",
  efforts: [
    { effort: "low", description: "l" },
    { effort: "high", description: "Thinks long: for hard problems" },
  ],
  contextWindow: null,
  shellTool: "shell_command",
  baseInstructions: "Be nine.",
  isShown: true,
  priority: 3,
  upgradeTo: null,
};

test("a detailed list is read, and entries that are malformed or for newer clients are left out", () => {
  const newer = { ...ENTRY, slug: "gpt-10", minimal_client_version: [0, 2] };
  expect(decodeModelList({ models: [ENTRY, newer, { slug: 5 }, "text", null] }, "0.1.9")).toEqual([GPT_9]);
  expect(decodeModelList({ models: [{ slug: "bare" }] }, "0.1.9")).toEqual([
    {
      slug: "bare",
      displayName: "bare",
      description: "",
      defaultEffort: null,
      efforts: [],
      contextWindow: null,
      shellTool: null,
      baseInstructions: null,
      isShown: false,
      priority: 0,
      upgradeTo: null,
    },
  ]);
});

test.each([
  ["0.1.0", [0, 1, 0], true],
  ["0.1.0", [0, 1, 1], false],
  ["1.0.0", [0, 99, 99], true],
  ["0.2.0-rc.1", [0, 2, 0], true],
  ["0.1", [0, 1, 1], false],
  ["0.1.0", "nonsense", true],
])("version %s may use a model for %o: %s", (version, minimal, isListed) => {
  const list = decodeModelList({ models: [{ ...ENTRY, minimal_client_version: minimal }] }, version);
  expect(list.length === 1).toBe(isListed);
});

test("plain lists are read: by id, or by name as Gemini has it, without what cannot talk", () => {
  const byId = decodeModelList({ object: "list", data: [{ id: "m", object: "model" }, { object: "model" }] }, "1.0.0");
  expect(byId.map(({ slug, isShown, efforts }) => [slug, isShown, efforts.length])).toEqual([["m", true, 0]]);
  const methods = (name: string): object => ({ supportedGenerationMethods: [name] });
  const byName = decodeModelList(
    {
      models: [
        { name: "models/gemini-3-pro", displayName: "Gemini 3 Pro", ...methods("generateContent") },
        { name: "models/embedding-1", ...methods("embedContent") },
      ],
    },
    "1.0.0",
  );
  expect(byName.map(({ slug, displayName, efforts }) => [slug, displayName, efforts.length])).toEqual([
    ["gemini-3-pro", "Gemini 3 Pro", 3],
  ]);
});

test("presets are those that are shown, by priority; an upgrade maps each effort to the nearest", () => {
  const models = decodeModelList(
    {
      models: [
        { ...ENTRY, slug: "old", priority: 1, upgrade: "gpt-9" },
        { ...ENTRY, slug: "hidden", visibility: "hide", priority: 9 },
        ENTRY,
      ],
    },
    "0.1.0",
  );
  expect(toPresets(models).map(({ id, isDefault, upgrade }) => [id, isDefault, upgrade])).toEqual([
    ["gpt-9", true, null],
    [
      "old",
      false,
      {
        id: "gpt-9",
        migrationConfigKey: "old",
        effortMapping: { none: "low", minimal: "low", low: "low", medium: "low", high: "high", xhigh: "high" },
      },
    ],
  ]);
});
