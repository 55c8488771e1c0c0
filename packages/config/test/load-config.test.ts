import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
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
