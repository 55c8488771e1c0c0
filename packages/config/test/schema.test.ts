import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { configJsonSchema, configKeys, validateConfig } from "../src/index.ts";
import { removeFolders, temporaryFolder } from "./support/folders.ts";

afterEach(removeFolders);

test("the JSON Schema says type, values, default and what a key is for", () => {
  const { properties, additionalProperties } = configJsonSchema() as {
    properties: Record<string, unknown>;
    additionalProperties: unknown;
  };

  expect(additionalProperties).toBe(false);
  expect(properties["file_opener"]).toEqual({
    description: "The program that links to files open.",
    default: "vscode",
    type: "string",
    enum: ["vscode", "vscode-insiders", "windsurf", "cursor", "none"],
  });
  expect(properties["model_context_window"]).toEqual({
    description: "Context size in tokens. Default: that of the model.",
    type: "integer",
    minimum: 1,
  });
  expect(properties["history"]).toEqual({
    description: "The history of prompts.",
    type: "object",
    properties: {
      persistence: {
        description: "Whether prompts are kept.",
        default: "save-all",
        type: "string",
        enum: ["save-all", "none"],
      },
      max_bytes: { description: "Size at which the oldest prompts are dropped.", type: "integer", minimum: 0 },
    },
    required: ["persistence"],
    additionalProperties: false,
  });
});

test("every key is listed once, with its type", () => {
  const keys = configKeys();

  expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
  expect(
    keys.filter(({ key }) =>
      /^(profile|model_providers\.<id>\.name|tui\.notifications|features\.undo|limits\.turn\.usd|mcp_servers\.<name>\.env\.<name>)$/.test(
        key,
      ),
    ),
  ).toEqual([
    {
      key: "features.undo",
      type: "boolean",
      required: false,
      default: "true",
      doc: "Keep what a turn changed, so that it can be undone.",
    },
    { key: "model_providers.<id>.name", type: "string", required: true, default: null, doc: "Name for people." },
    { key: "profile", type: "string", required: false, default: null, doc: "The profile to use." },
    {
      key: "tui.notifications",
      type: 'boolean | array of ("agent-turn-complete" | "approval-requested")',
      required: false,
      default: "true",
      doc: "Notifications while the terminal is not in front.",
    },
    {
      key: "mcp_servers.<name>.env.<name>",
      type: "string",
      required: false,
      default: null,
      doc: "Value of the variable.",
    },
    {
      key: "limits.turn.usd",
      type: "number | { soft?: number, hard?: number }",
      required: false,
      default: null,
      doc: "Money, in US dollars, as far as prices are known.",
    },
  ]);
});

test("a configuration is validated whole: everything that is wrong, with its place", async () => {
  const home = await temporaryFolder({ "config.toml": 'model = 1\nsandbox_mode = "none"\n[tui]\nanimation = true\n' });
  const file = join(home, "config.toml");
  const sources = { home, env: {}, overrides: ["history.max_bytes=x"], managedPaths: [] };

  expect(await validateConfig(sources)).toEqual([
    { kind: "type", file, line: 1, column: 9, key: "model", reason: "invalid type: integer `1`, expected a string" },
    {
      kind: "value",
      file,
      line: 2,
      column: 16,
      key: "sandbox_mode",
      reason: "unknown variant `none`, expected one of `read-only`, `workspace-write`, `danger-full-access`",
    },
    { kind: "type", file: "--config", line: null, column: null, key: "history", reason: "missing field `persistence`" },
    {
      kind: "type",
      file: "--config",
      line: null,
      column: null,
      key: "history.max_bytes",
      reason: 'invalid type: string "x", expected i64',
    },
    {
      kind: "unknownKey",
      file,
      line: 4,
      column: 1,
      key: "tui.animation",
      reason: "unknown key `tui.animation`; did you mean `animations`?",
    },
  ]);
  expect(await validateConfig({ ...sources, overrides: ["=x"] })).toMatchObject([{ kind: "override" }]);
});
