import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { loadConfig, type ConfigFlags } from "../src/index.ts";
import { failureOf, load, removeFolders, temporaryFolder } from "./support/folders.ts";

afterEach(removeFolders);

test("without any file the defaults hold", async () => {
  const home = await temporaryFolder();

  const config = await load("", { home });

  expect(config).toEqual({
    home,
    cwd: home,
    profile: null,
    model: "gpt-5.1-codex-max",
    reviewModel: null,
    modelProvider: "openai",
    modelProviders: {},
    models: [],
    modelFamilies: {},
    modelPrices: {},
    modelContextWindow: null,
    modelAutoCompactTokenLimit: null,
    toolOutputTokenLimit: null,
    reasoningEffort: null,
    reasoningSummary: "auto",
    modelSupportsReasoningSummaries: null,
    modelReasoningSummaryFormat: null,
    modelVerbosity: null,
    chatgptBaseUrl: "https://chatgpt.com/backend-api/",
    ossProvider: null,
    approvalPolicy: "on-request",
    approvalPolicyExplicit: false,
    sandboxPolicy: { type: "read-only" },
    sandboxPolicyExplicit: false,
    sandboxAllowUnixSockets: false,
    sandboxRequireFull: false,
    sandboxDenyRead: [],
    managed: { approvalPolicy: null, sandboxMode: null },
    trustLevel: null,
    shellEnvironmentPolicy: {
      inherit: "all",
      ignoreDefaultExcludes: false,
      exclude: [],
      set: {},
      includeOnly: [],
      useProfile: false,
    },
    notify: null,
    baseInstructions: null,
    developerInstructions: null,
    compactPrompt: null,
    projectDocMaxBytes: 32768,
    projectDocFallbackFilenames: [],
    history: { persistence: "save-all", maxBytes: null },
    features: {
      undo: true,
      parallel: true,
      view_image_tool: true,
      shell_tool: true,
      warnings: true,
      unified_exec: false,
      rmcp_client: true,
      apply_patch_freeform: false,
      web_search_request: false,
      exec_policy: true,
      experimental_sandbox_command_assessment: false,
      enable_experimental_windows_sandbox: false,
      remote_compaction: true,
      remote_models: false,
      skills: false,
      shell_snapshot: false,
      tui2: false,
    },
    deprecations: [],
    disabledSkills: [],
    limits: {
      turn: { tokens: null, toolCalls: null, wallSeconds: null, usd: null },
      thread: { tokens: null, toolCalls: null, wallSeconds: null, usd: null },
    },
    fileOpener: "vscode",
    hideAgentReasoning: false,
    showRawAgentReasoning: false,
    checkForUpdateOnStartup: true,
    disablePasteBurst: false,
    windowsWslSetupAcknowledged: false,
    tui: { notifications: true, animations: true, showTooltips: true },
    notice: {},
    authCredentialsStore: "file",
    mcpOauthCredentialsStore: "auto",
    forcedLoginMethod: null,
    forcedChatgptWorkspaceId: null,
    mcpServers: {},
    otel: { logUserPrompt: false, environment: "dev", exporter: { type: "none" } },
    log: { file: "off", stderr: null },
    warnings: [],
  });
});

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

describe("layers", () => {
  test("win in the order user, -c, request, managed, flag", async () => {
    const managed = await temporaryFolder({ "managed.toml": 'model = "managed"\n' });
    const toml = 'model = "user"\nmodel_verbosity = "low"\nreview_model = "user"\nmodel_provider = "user"\n';

    const config = await load(toml, {
      overrides: ["model_verbosity=medium", "review_model=override", "model_provider=override", "model=override"],
      requestOverrides: { review_model: "request", model: "request", model_provider: "request" },
      managedPaths: [join(managed, "absent.toml"), join(managed, "managed.toml")],
      flags: { modelProvider: "flag" },
    });

    expect({
      model: config.model,
      verbosity: config.modelVerbosity,
      review: config.reviewModel,
      provider: config.modelProvider,
    }).toEqual({ model: "managed", verbosity: "medium", review: "request", provider: "flag" });
  });

  test("are merged table by table, and arrays are replaced whole", async () => {
    const { sandboxPolicy } = await load(
      'sandbox_mode = "workspace-write"\n[sandbox_workspace_write]\nwritable_roots = ["/a", "/b"]\nnetwork_access = true\n',
      { requestOverrides: { "sandbox_workspace_write.writable_roots": ["/c"] } },
    );

    expect(sandboxPolicy).toEqual({
      type: "workspace-write",
      writableRoots: ["/c"],
      networkAccess: true,
      excludeTmpdirEnvVar: false,
      excludeSlashTmp: false,
    });
  });

  test("of a request say nothing where they are null", async () => {
    expect((await load('model = "m"\n', { requestOverrides: { model: null } })).model).toBe("m");
  });

  test("the managed file is where the environment says", async () => {
    const folder = await temporaryFolder({ "a.toml": 'model = "a"\n', "b.toml": 'model = "b"\n' });
    const home = await temporaryFolder();
    const model = async (env: Record<string, string>): Promise<string> =>
      (await loadConfig({ home, cwd: home, env, overrides: [] })).model;

    expect([
      await model({ CODEX_MANAGED_CONFIG_PATH: join(folder, "a.toml") }),
      await model({
        CODEX_MANAGED_CONFIG_PATH: join(folder, "a.toml"),
        HEDDLE_MANAGED_CONFIG_PATH: join(folder, "b.toml"),
      }),
      await model({ HEDDLE_MANAGED_CONFIG_PATH: join(folder, "absent.toml") }),
    ]).toEqual(["a", "b", "gpt-5.1-codex-max"]);
  });

  test("a managed file that is broken fails the load", async () => {
    const folder = await temporaryFolder({ "managed.toml": "model =\n" });

    expect(await failureOf(load("", { managedPaths: [join(folder, "managed.toml")] }))).toMatchObject({
      kind: "syntax",
      file: join(folder, "managed.toml"),
    });
  });
});

describe("managed settings", () => {
  async function withManaged(managed: string, flags: ConfigFlags, toml = "") {
    const file = join(await temporaryFolder({ "managed.toml": managed }), "managed.toml");
    return { file, attempt: load(toml, { managedPaths: [file], flags }) };
  }

  test.each<[string, string, ConfigFlags, string]>([
    [
      "approval by a flag",
      'approval_policy = "on-request"',
      { approvalPolicy: "never" },
      "`never` is looser than `on-request`",
    ],
    [
      "sandbox by a flag",
      'sandbox_mode = "read-only"',
      { sandboxMode: "workspace-write" },
      "`workspace-write` is looser than `read-only`",
    ],
    ["approval where nobody can be asked", 'approval_policy = "untrusted"', { unattended: true }, "sets `untrusted`"],
  ])("cannot be loosened: %s", async (_, managed, flags, reason) => {
    const { file, attempt } = await withManaged(managed, flags);

    const failure = await failureOf(attempt);

    expect(failure).toMatchObject({ kind: "managed", file });
    expect(failure.reason).toContain(reason);
    expect(failure.reason).toContain(file);
  });

  test("cannot be loosened by a profile", async () => {
    const toml = 'profile = "p"\n[profiles.p]\nsandbox_mode = "danger-full-access"\n';
    const { attempt } = await withManaged('sandbox_mode = "workspace-write"', {}, toml);

    expect(await failureOf(attempt)).toMatchObject({ kind: "managed", key: "sandbox_mode" });
  });

  test("may be tightened, and bind no others", async () => {
    const { file, attempt } = await withManaged('approval_policy = "on-failure"', {
      approvalPolicy: "untrusted",
      sandboxMode: "danger-full-access",
    });

    expect(await attempt).toMatchObject({
      approvalPolicy: "untrusted",
      sandboxPolicy: { type: "danger-full-access" },
      managed: { approvalPolicy: { value: "on-failure", source: file }, sandboxMode: null },
    });
  });

  test("where nobody can be asked, everything that would be asked about is refused", async () => {
    const { attempt } = await withManaged('approval_policy = "on-request"', { unattended: true });

    expect(await attempt).toMatchObject({ approvalPolicy: "never", approvalPolicyExplicit: true });
  });
});

describe("profiles", () => {
  const TOML = `profile = "slow"
model = "root"
approval_policy = "never"

[profiles.slow]
model = "slow"
model_reasoning_effort = "high"

[profiles.fast]
model = "fast"
approval_policy = "untrusted"
`;

  test("stand between flags and the root", async () => {
    const config = await load(TOML);

    expect([config.profile, config.model, config.reasoningEffort, config.approvalPolicy]).toEqual([
      "slow",
      "slow",
      "high",
      "never",
    ]);
    expect((await load(TOML, { flags: { model: "flag" } })).model).toBe("flag");
  });

  test("are chosen by a flag before the file", async () => {
    const config = await load(TOML, { flags: { profile: "fast" } });

    expect([config.profile, config.model, config.reasoningEffort, config.approvalPolicy]).toEqual([
      "fast",
      "fast",
      null,
      "untrusted",
    ]);
  });

  test("that are missing are an error", async () => {
    const attempt = load(TOML, { flags: { profile: "none" } });

    await expect(attempt).rejects.toThrow("config profile `none` not found");
    expect(await failureOf(attempt)).toMatchObject({ kind: "unknownProfile" });
  });
});

describe("projects", () => {
  test("with a trust level are writable, and ask always when untrusted", async () => {
    const home = await temporaryFolder();
    const cwd = await temporaryFolder();
    const settings = async (level: string) => {
      await writeFile(join(home, "config.toml"), `[projects."${cwd}"]\ntrust_level = "${level}"\n`);
      const { approvalPolicy, sandboxPolicy, trustLevel, approvalPolicyExplicit } = await load("", { home, cwd });
      return [trustLevel, approvalPolicy, sandboxPolicy.type, approvalPolicyExplicit];
    };

    expect(await settings("trusted")).toEqual(["trusted", "on-request", "workspace-write", false]);
    expect(await settings("untrusted")).toEqual(["untrusted", "untrusted", "workspace-write", false]);
  });

  test("are found from a folder inside of the repository and from a linked worktree", async () => {
    const main = await temporaryFolder({ ".git/HEAD": "ref: refs/heads/main\n", "src/deep/file": "" });
    const linked = await temporaryFolder({ "src/file": "" });
    await mkdir(join(main, ".git/worktrees/linked"), { recursive: true });
    await writeFile(join(main, ".git/worktrees/linked/commondir"), "../..\n");
    await writeFile(join(main, ".git/worktrees/linked/gitdir"), `${linked}/.git\n`);
    await writeFile(join(linked, ".git"), `gitdir: ${main}/.git/worktrees/linked\n`);
    const toml = `[projects."${main}"]\ntrust_level = "trusted"\n`;
    const trust = async (cwd: string) => (await load(toml, { cwd })).trustLevel;

    expect(await trust(join(main, "src/deep"))).toBe("trusted");
    expect(await trust(join(linked, "src"))).toBe("trusted");
    expect(await trust(join(main, ".."))).toBe(null);
  });

  test("do not lend their trust to a folder that only claims to be their worktree", async () => {
    const main = await temporaryFolder({ ".git/HEAD": "ref: refs/heads/main\n" });
    const stranger = await temporaryFolder({
      ".git": "gitdir: ./fake\n",
      "fake/commondir": `${main}/.git\n`,
      "fake/gitdir": "../.git\n",
    });
    const toml = `[projects."${main}"]\ntrust_level = "trusted"\n`;

    expect((await load(toml, { cwd: stranger })).trustLevel).toBe(null);

    await mkdir(join(main, ".git/worktrees/other"), { recursive: true });
    await writeFile(join(main, ".git/worktrees/other/commondir"), "../..\n");
    await writeFile(join(main, ".git/worktrees/other/gitdir"), "/somewhere/else/.git\n");
    await rm(join(stranger, ".git"));
    await writeFile(join(stranger, ".git"), `gitdir: ${main}/.git/worktrees/other\n`);
    expect((await load(toml, { cwd: stranger })).trustLevel).toBe(null);
  });
});

describe("features", () => {
  test("are switched by root, then profile, and by old names with a notice", async () => {
    const toml = `experimental_use_unified_exec_tool = true
profile = "p"

[features]
skills = true
undo = false
web_search = true

[tools]
view_image = false

[profiles.p]
include_apply_patch_tool = true

[profiles.p.features]
undo = true
`;
    const { features, deprecations, warnings } = await load(toml, { overrides: ["features.tui2=true"] });

    const { unified_exec, skills, undo, web_search_request, view_image_tool, apply_patch_freeform, tui2 } = features;
    expect({ unified_exec, skills, undo, web_search_request, view_image_tool, apply_patch_freeform, tui2 }).toEqual({
      unified_exec: true,
      skills: true,
      undo: true,
      web_search_request: true,
      view_image_tool: false,
      apply_patch_freeform: true,
      tui2: true,
    });
    expect(deprecations.map(({ summary }) => summary)).toEqual([
      "`experimental_use_unified_exec_tool` is deprecated. Use `[features].unified_exec` instead.",
      "`tools.view_image` is deprecated. Use `[features].view_image_tool` instead.",
      "`web_search` is deprecated. Use `[features].web_search_request` instead.",
      "`include_apply_patch_tool` is deprecated. Use `[features].apply_patch_freeform` instead.",
    ]);
    expect(deprecations[0]?.details).toBe(
      "Enable it with `--enable unified_exec` or `[features].unified_exec` in config.toml.",
    );
    expect(warnings).toEqual([]);
  });
});

test("skills are switched off by their file or its folder; the last word on one counts", async () => {
  const entry = (path: string, enabled: string): string => `[[skills.config]]\npath = "${path}"\n${enabled}\n`;
  const { disabledSkills, warnings } = await load(
    [
      entry("/s/a/SKILL.md", "enabled = false"),
      entry("/s/b", "enabled = false"),
      entry("/s/c/SKILL.md", "enabled = false"),
      entry("/s/c", ""),
    ].join(""),
  );
  expect({ disabledSkills, warnings }).toEqual({ disabledSkills: ["/s/a/SKILL.md", "/s/b/SKILL.md"], warnings: [] });
});

test.each([
  ["openai", "gpt-5.1-codex-max"],
  ["mine", "gpt-5.1-codex-max"],
  ["ollama", "gpt-oss:20b"],
  ["lmstudio", "openai/gpt-oss-20b"],
])("without a model, %s is asked for %s", async (provider, model) => {
  expect((await load(`model_provider = "${provider}"\n`)).model).toBe(model);
  expect((await load(`model_provider = "${provider}"\nmodel = "m"\n`)).model).toBe("m");
});

test("providers get their defaults, and retries their bound", async () => {
  const { modelProviders } = await load(`[model_providers.mine]
name = "Mine"
base_url = "http://127.0.0.1:1/v1"
env_key = "MINE"
wire_api = "responses"
query_params = { api-version = "1" }
stream_max_retries = 500
dialect = { reasoning_field = "none", images = false }
`);

  expect(modelProviders).toEqual({
    mine: {
      id: "mine",
      name: "Mine",
      baseUrl: "http://127.0.0.1:1/v1",
      envKey: "MINE",
      envKeyInstructions: null,
      bearerToken: null,
      wireApi: "responses",
      queryParams: { "api-version": "1" },
      httpHeaders: null,
      envHttpHeaders: null,
      requestMaxRetries: 4,
      streamMaxRetries: 100,
      streamIdleTimeoutMs: 300000,
      requiresOpenaiAuth: false,
      proxy: null,
      auth: null,
      apiVersion: null,
      maxOutputTokens: null,
      dialect: { reasoningField: null, images: false },
    },
  });
});

test("MCP servers, limits and exporters are resolved", async () => {
  const { mcpServers, limits, otel } = await load(`[mcp_servers.local]
command = "npx"
args = ["-y", "server"]
startup_timeout_ms = 500
tool_timeout_sec = 1.5

[mcp_servers.remote]
url = "https://example.test/mcp"
enabled = false
startup_timeout_sec = 3
startup_timeout_ms = 1
oauth = { client_id = "heddle", callback_port = 8765 }

[limits.turn]
tokens = 1000
wall_seconds = { soft = 1.5 }

[limits.thread]
usd = { soft = 1, hard = 2.5 }

[otel]
environment = "test"
exporter.otlp-http = { endpoint = "http://127.0.0.1:4318", protocol = "json", tls = { ca-certificate = "ca.pem" } }
`);

  expect(mcpServers).toEqual({
    local: {
      transport: { type: "stdio", command: "npx", args: ["-y", "server"], env: null, envVars: [], cwd: null },
      enabled: true,
      startupTimeoutMs: 500,
      toolTimeoutMs: 1500,
      enabledTools: null,
      disabledTools: [],
      toolApproval: "approve",
    },
    remote: {
      transport: {
        type: "http",
        url: "https://example.test/mcp",
        bearerTokenEnvVar: null,
        httpHeaders: null,
        envHttpHeaders: null,
        oauth: { clientId: "heddle", clientSecretEnvVar: null, callbackPort: 8765 },
      },
      enabled: false,
      startupTimeoutMs: 3000,
      toolTimeoutMs: 60000,
      enabledTools: null,
      disabledTools: [],
      toolApproval: "approve",
    },
  });
  expect(limits).toEqual({
    turn: {
      tokens: { soft: null, hard: 1000 },
      toolCalls: null,
      wallSeconds: { soft: 1.5, hard: null },
      usd: null,
    },
    thread: { tokens: null, toolCalls: null, wallSeconds: null, usd: { soft: 1, hard: 2.5 } },
  });
  expect(otel).toMatchObject({
    environment: "test",
    exporter: { type: "otlp-http", endpoint: "http://127.0.0.1:4318", headers: {}, protocol: "json" },
  });
});

test("instruction files are read from the working directory", async () => {
  const cwd = await temporaryFolder({ "base.md": "  Be brief.\n", "compact.md": "Sum up.", "empty.md": " \n" });
  const toml = 'experimental_instructions_file = "base.md"\nexperimental_compact_prompt_file = "compact.md"\n';

  const config = await load(toml, { cwd });

  expect([config.baseInstructions, config.compactPrompt]).toEqual(["Be brief.", "Sum up."]);
  expect((await load(toml, { cwd, flags: { baseInstructions: "Flag." } })).baseInstructions).toBe("Flag.");
  expect(await failureOf(load('experimental_instructions_file = "empty.md"\n', { cwd }))).toMatchObject({
    kind: "file",
    reason: `experimental instructions file is empty: ${join(cwd, "empty.md")}`,
  });
  expect((await failureOf(load('experimental_compact_prompt_file = "absent.md"\n', { cwd }))).reason).toContain(
    `failed to read experimental compact prompt file ${join(cwd, "absent.md")}: `,
  );
});

test("paths of the sandbox are absolute: below the working directory, or below the user's home", async () => {
  const cwd = await temporaryFolder();
  const { sandboxPolicy, sandboxDenyRead } = await load(
    'sandbox_workspace_write.writable_roots = ["out", "~/cache", "/a"]\nsandbox.deny_read = ["~/.ssh", "secret", "~"]\n',
    { cwd, env: { HOME: "/home/u" }, flags: { sandboxMode: "workspace-write", addDirs: ["../more", "/a"] } },
  );

  expect(sandboxPolicy).toMatchObject({
    writableRoots: [join(cwd, "out"), "/home/u/cache", "/a", join(cwd, "../more")],
  });
  expect(sandboxDenyRead).toEqual(["/home/u/.ssh", join(cwd, "secret"), "/home/u"]);
});
