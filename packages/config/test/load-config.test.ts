import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ConfigError, loadConfig, type ConfigFailure, type ConfigSources, type ResolvedConfig } from "../src/index.ts";

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function temporaryFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "heddle-config-")));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** Loads with `config.toml` as the user's file and without any managed file of this machine. */
async function load(toml: string | null, sources: Partial<ConfigSources> = {}): Promise<ResolvedConfig> {
  const home = sources.home ?? (await temporaryFolder(toml === null ? {} : { "config.toml": toml }));
  return loadConfig({ home, cwd: home, env: {}, overrides: [], managedPaths: [], ...sources });
}

async function failure(loading: Promise<unknown>): Promise<ConfigFailure> {
  const error: unknown = await loading.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error("expected a ConfigError");
  return error.failure;
}

test("without any file the defaults hold", async () => {
  const home = await temporaryFolder();

  const config = await load(null, { home });

  expect(config).toEqual({
    home,
    cwd: home,
    profile: null,
    model: "gpt-5.1-codex-max",
    reviewModel: "gpt-5.1-codex-max",
    modelProvider: "openai",
    modelProviders: {},
    modelFamilies: {},
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
    warnings: [],
  });
});

test("a type error names file, line, column, key and reason", async () => {
  const home = await temporaryFolder({ "config.toml": '# size\nmodel_context_window = "abc"\n' });

  expect(await failure(load(null, { home }))).toEqual({
    kind: "type",
    file: join(home, "config.toml"),
    line: 2,
    column: 24,
    key: "model_context_window",
    reason: 'invalid type: string "abc", expected i64',
  });
});

test("a value that a key does not take is reported from the layer that it came from", async () => {
  expect(await failure(load('approval_policy = "never"\n', { overrides: ["approval_policy=bogus"] }))).toEqual({
    kind: "value",
    file: "--config",
    line: null,
    column: null,
    key: "approval_policy",
    reason: "unknown variant `bogus`, expected one of `untrusted`, `on-failure`, `on-request`, `never`",
  });
});
