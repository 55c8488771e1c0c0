import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { failureOf, load, removeFolders, temporaryFolder } from "./support/folders.ts";

afterEach(removeFolders);

describe("what is wrong", () => {
  test("a type error names file, line, column, key and reason", async () => {
    const home = await temporaryFolder({ "config.toml": '# size\nmodel_context_window = "abc"\n' });

    const attempt = load("", { home });

    await expect(attempt).rejects.toThrow(
      `${home}/config.toml:2:24: invalid type: string "abc", expected i64\nin \`model_context_window\``,
    );
    expect(await failureOf(attempt)).toEqual({
      kind: "type",
      file: join(home, "config.toml"),
      line: 2,
      column: 24,
      key: "model_context_window",
      reason: 'invalid type: string "abc", expected i64',
    });
  });

  test("a value is reported from the layer that it came from", async () => {
    expect(await failureOf(load('approval_policy = "never"\n', { overrides: ["approval_policy=bogus"] }))).toEqual({
      kind: "value",
      file: "--config",
      line: null,
      column: null,
      key: "approval_policy",
      reason: "unknown variant `bogus`, expected one of `untrusted`, `on-failure`, `on-request`, `never`",
    });
  });

  test("a value that a higher layer replaces does not count", async () => {
    expect((await load("model = 5\n", { overrides: ["model=o3"] })).model).toBe("o3");
  });

  test("a file that is not TOML names the place", async () => {
    expect(await failureOf(load("model = \nprofile = 1\n"))).toMatchObject({
      kind: "syntax",
      line: 1,
      column: 9,
      key: null,
    });
  });

  test("a file that is not UTF-8 is not read as something else", async () => {
    const home = await temporaryFolder();
    await writeFile(join(home, "config.toml"), Buffer.from([0x61, 0x3d, 0x22, 0xff, 0x22]));

    expect(await failureOf(load("", { home }))).toMatchObject({ kind: "unreadable", file: join(home, "config.toml") });
  });

  test("a file that cannot be read is not taken for none", async () => {
    const home = await temporaryFolder();
    await mkdir(join(home, "config.toml"));

    expect(await failureOf(load("", { home }))).toMatchObject({ kind: "unreadable", file: join(home, "config.toml") });
  });

  test.each([
    {
      name: "missing in a table",
      toml: '[model_providers.x]\nbase_url = "u"\n',
      key: "model_providers.x",
      reason: "missing field `name`",
      line: 1,
    },
    {
      name: "missing in a history",
      toml: "[history]\nmax_bytes = 5\n",
      key: "history",
      reason: "missing field `persistence`",
      line: 1,
    },
    {
      name: "inside an array",
      toml: 'notify = ["a",\n  5]\n',
      key: "notify[1]",
      reason: "invalid type: integer `5`, expected a string",
      line: 2,
    },
    {
      name: "inside an inline table",
      toml: "shell_environment_policy = { set = { A = 1 } }\n",
      key: "shell_environment_policy.set.A",
      reason: "invalid type: integer `1`, expected a string",
      line: 1,
    },
    {
      name: "below a quoted key",
      toml: '[projects."/a.b"]\ntrust_level = "maybe"\n',
      key: 'projects."/a.b".trust_level',
      reason: "unknown variant `maybe`, expected one of `trusted`, `untrusted`",
      line: 2,
    },
    {
      name: "a negative number",
      toml: "project_doc_max_bytes = -1\n",
      key: "project_doc_max_bytes",
      reason: "invalid value: integer `-1`, expected 0 or more",
      line: 1,
    },
    {
      name: "a fraction",
      toml: "tool_output_token_limit = 1.5\n",
      key: "tool_output_token_limit",
      reason: "invalid type: floating point `1.5`, expected i64",
      line: 1,
    },
    {
      name: "of several forms",
      toml: "tui.notifications = 1\n",
      key: "tui.notifications",
      reason: "invalid type: integer `1`, expected a boolean or an array of event names",
      line: 1,
    },
    {
      name: "inside one of several forms",
      toml: 'tui.notifications = ["lunch"]\n',
      key: "tui.notifications[0]",
      reason: "unknown variant `lunch`, expected one of `agent-turn-complete`, `approval-requested`",
      line: 1,
    },
    {
      name: "inside a table of several forms",
      toml: "[limits.turn]\ntokens = { hard = -1 }\n",
      key: "limits.turn.tokens.hard",
      reason: "invalid value: integer `-1`, expected 0 or more",
      line: 2,
    },
    {
      name: "a feature that is no switch",
      toml: '[features]\nundo = "yes"\n',
      key: "features.undo",
      reason: 'invalid type: string "yes", expected a boolean',
      line: 2,
    },
    {
      name: "a value for a table",
      toml: "tui = 1\n",
      key: "tui",
      reason: "invalid type: integer `1`, expected a table",
      line: 1,
    },
  ])("$name", async ({ toml, key, reason, line }) => {
    expect(await failureOf(load(toml))).toMatchObject({ key, reason, line });
  });

  test.each([
    ["command = 'x'\nurl = 'http://y'", "mcp_servers.s.url", "url is not supported for stdio"],
    ["command = 'x'\noauth = { client_id = 'c' }", "mcp_servers.s.oauth", "oauth is not supported for stdio"],
    ["command = 'x'\nhttp_headers = {}", "mcp_servers.s.http_headers", "http_headers is not supported for stdio"],
    ["url = 'http://y'\nargs = []", "mcp_servers.s.args", "args is not supported for streamable_http"],
    ["enabled = true", "mcp_servers.s", "invalid transport"],
    [
      "url = 'http://y'\nbearer_token = 'secret'",
      "mcp_servers.s.bearer_token",
      "mcp_servers.s uses unsupported `bearer_token`; set `bearer_token_env_var`.",
    ],
  ])("keys of an MCP server that do not go together: %s", async (toml, key, reason) => {
    expect(await failureOf(load(`[mcp_servers.s]\n${toml}\n`))).toMatchObject({ kind: "value", key, reason });
  });
});

describe("unknown keys", () => {
  const TOML = 'modle = "x"\n[features]\nunde = true\n[profiles.p]\nmodel_verbositi = "low"\n[zzzzzzzz]\nb = 1\n';

  test("are warned about, with the nearest known one, and ignored", async () => {
    const home = await temporaryFolder({ "config.toml": TOML });
    const file = join(home, "config.toml");

    const { warnings } = await load("", { home, overrides: ["toolz=1"] });

    expect(warnings.map(({ message }) => message)).toEqual([
      "--config: unknown key `toolz`; did you mean `tools`?",
      `${file}: unknown key \`modle\`; did you mean \`model\`?`,
      `${file}: unknown key \`features.unde\`; did you mean \`undo\`?`,
      `${file}: unknown key \`profiles.p.model_verbositi\`; did you mean \`model_verbosity\`?`,
      `${file}: unknown key \`zzzzzzzz\``,
    ]);
  });

  test("know their place, which is looked for only where somebody asks", async () => {
    const home = await temporaryFolder({ "config.toml": TOML });
    const { warnings } = await load("", { home, overrides: ["toolz=1"] });
    const file = join(home, "config.toml");
    const at = (line: number, from: number, to: number) => ({
      start: { line, column: from },
      end: { line, column: to },
    });
    expect(await Promise.all(warnings.map(async (warning) => [warning.file, await warning.locate()]))).toEqual([
      [null, null],
      [file, at(1, 1, 5)],
      [file, at(3, 1, 4)],
      [file, at(5, 1, 15)],
      [file, at(6, 2, 9)],
    ]);
  });

  test("are refused with their place when strict", async () => {
    expect(await failureOf(load(TOML, { overrides: ["strict_config=true"] }))).toMatchObject({
      kind: "unknownKey",
      line: 1,
      column: 1,
      key: "modle",
      reason: "unknown key `modle`; did you mean `model`?",
    });
  });

  test("called like what every object has are keys like others", async () => {
    const { warnings, profile } = await load(
      'profile = "constructor"\n[profiles.constructor]\nmodel = "m"\n[profiles.__proto__]\nmodel = "n"\n[toString]\n',
    );

    expect(profile).toBe("constructor");
    expect(warnings.map(({ reason }) => reason)).toEqual(["unknown key `toString`"]);
  });
});
