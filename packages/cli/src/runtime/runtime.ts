import {
  createFeedbackLog,
  createThreadFeeds,
  createFileSearch,
  readApprovalPolicy,
  readSandboxMode,
  type ConfigRequest,
  type FeedbackLog,
  type FeedbackTarget,
  type ServerHost,
  type ThreadFeedsOptions,
} from "@heddle/app-server";
import { createTokenSource, type Account } from "@heddle/auth";
import {
  ConfigError,
  loadConfig,
  readDotEnv,
  resolveHome,
  type ConfigFlags,
  type ResolvedConfig,
} from "@heddle/config";
import { createEngine, diffToRemote, type Engine } from "@heddle/core";
import type { SessionSource } from "@heddle/protocol";
import {
  createModelCatalogue,
  createModelClient,
  knownProviders,
  type ModelClientOptions,
  type ProviderConfig,
  createWebFetch,
} from "@heddle/models";
import { createSandbox, type Sandbox } from "@heddle/sandbox";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createAccounts } from "./accounts.ts";
import type { ProcessContext } from "./process.ts";
import { mcpLoginsOf } from "./mcp-logins.ts";
import { createConfigWarnings, type ConfigWarnings } from "./config-warnings.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { createTimeOrderedIds, newRandomId } from "./ids.ts";
import { findRipgrep, listFiles } from "./list-files.ts";
import { ensureLaunchers, ensureSandboxLauncher } from "./launchers.ts";
import { createModelCatalogues } from "./model-catalogues.ts";
import { offeredModels, offeredProviders } from "./offered-models.ts";
import { openTelemetry } from "./open-telemetry.ts";
import type { Telemetry } from "../telemetry/start.ts";
import { sandboxSettings } from "./sandbox-settings.ts";

/** What a front end says when it wires itself to an engine in this process. */
export interface RuntimeOptions {
  readonly context: ProcessContext;
  /** `codex_cli_rs`, or what a front end is known as at the built-in provider. */
  readonly originator: string;
  /** The identity that is shown already, where clients were answered before the engine was loaded. */
  readonly identity?: Identity;
  /** `-c key=value` as given, `--enable` and `--disable` already turned into it. */
  readonly overrides: readonly string[];
  /** Typed flags: they win over every layer of the configuration. */
  readonly flags?: ConfigFlags;
  /** What threads are recorded as. Default `vscode`, as everything that comes over the protocol. */
  readonly source?: SessionSource;
  /** Whether telemetry that cannot be exported ends the start; by default it is a warning. */
  readonly mustExport?: boolean;
  /** Whether `CODEX_API_KEY` counts: in `exec` alone. */
  readonly apiKeyFromEnvironment?: boolean;
  /** Where warnings for the person at the terminal go. */
  readonly warn: (message: string) => void;
  /** Files that no command may read, beside those of the home: what lets clients in. */
  readonly hidden?: readonly string[];
  /** How long threads wait for clients that have gone. */
  readonly feeds?: Pick<ThreadFeedsOptions, "answerGraceMs" | "idleUnloadMs">;
  /** Where `warn` notes them for feedback already. */
  readonly log?: FeedbackLog;
}

/** An engine and what serves it, ready for connections. Closed by whoever made it. */
export interface Runtime {
  readonly home: string;
  readonly engine: Engine;
  readonly host: ServerHost;
  /** The stored login of the home. */
  readonly account: Account;
  readonly identity: Identity;
  readonly warn: (message: string) => void;
  /** Runs the commands of the engine's threads. */
  readonly sandbox: Pick<Sandbox, "probe">;
  /** What a client of a provider is made with: the login, the identity and the environment of this process. */
  modelConnection(provider: ProviderConfig): ModelClientOptions;
  loadConfig(request: ConfigRequest): Promise<ResolvedConfig>;
  close(): Promise<void>;
}

/**
 * Wires an engine. A configuration that cannot be read does not keep it from starting: every thread is refused with
 * the reason until it is mended.
 * @throws ConfigError when the home that the environment names is not there.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { context, overrides, flags = {}, source = "vscode", apiKeyFromEnvironment = false } = options;
  const { cwd, userHome, passwdShell, version } = context;
  const home = resolveHome(context.env, userHome);
  // What the process has wins over the home's file.
  const env = { ...readDotEnv(home), ...context.env };
  const identity = options.identity ?? createIdentity({ originator: options.originator, version, env });
  const log = options.log ?? createFeedbackLog({ now: () => new Date() });
  const tell = options.log === undefined ? log.noting(options.warn) : options.warn;
  let telemetry: Telemetry | null = null;
  const warn = onceEach((message) => {
    tell(message);
    telemetry?.warned(message);
  });

  const configWarnings = createConfigWarnings();
  const load = async (request: ConfigRequest): Promise<ResolvedConfig> => {
    const config = await loadConfig({
      home,
      cwd: resolve(cwd, request.cwd ?? flags.cwd ?? "."),
      env,
      overrides,
      ...(request.config === undefined ? {} : { requestOverrides: request.config }),
      flags: { ...flags, ...requestFlags(request) },
    });
    for (const { message } of config.warnings) warn(message);
    await configWarnings.loaded(config.warnings);
    return config;
  };

  const startConfig = await configAtStart(load, configWarnings);
  const { account, desk, refresh, fetch } = createAccounts({
    home,
    env,
    originator: identity.originator,
    storeKind: startConfig?.authCredentialsStore ?? "file",
    warn,
  });
  telemetry = await openTelemetry({
    home,
    originator: identity.originator,
    version,
    config: startConfig,
    env,
    mustExport: options.mustExport ?? false,
    warn,
  });

  const modelConnection = (provider: ProviderConfig): ModelClientOptions => ({
    provider,
    credentials: createTokenSource({ home, env, provider, apiKeyFromEnvironment, account, refresh }),
    env,
    userAgent: identity.current(),
    originator: identity.originator,
    version,
  });
  const catalogues = createModelCatalogues({
    home,
    connect: (provider, cache) =>
      createModelCatalogue({ ...modelConnection(provider), cache, clock: () => new Date() }),
    note: warn,
  });
  const newId = createTimeOrderedIds(Date.now);
  const sandbox = createSandbox({ env, ...sandboxSettings(home, startConfig, options.hidden ?? []) });
  const engine = createEngine({
    home,
    version,
    originator: identity.originator,
    env,
    cwd,
    passwdShell,
    clock: () => new Date(),
    newId,
    random: () => Math.random(),
    hidden: options.hidden ?? [],
    ripgrep: () => findRipgrep(env),
    commandPath: () => ensureLaunchers({ home, warn }),
    sandboxProgram: () => ensureSandboxLauncher({ home, warn }),
    mcpLogins: mcpLoginsOf(home, env),
    webFetch: createWebFetch(env),
    log: log.noting(() => {}),
    sandbox,
    createModelClient: (provider: ProviderConfig) => {
      const client = createModelClient(modelConnection(provider));
      return telemetry?.observeModel(client) ?? client;
    },
    modelLists: catalogues,
  });
  telemetry?.observeThreads(engine);
  const feeds = createThreadFeeds({ engine, newId, ...options.feeds });
  const fileSearch = createFileSearch({ listFiles: listFiles(env), now: () => performance.now() });
  configWarnings.onFound((params) => feeds.announce({ method: "configWarning", params }));
  const host: ServerHost = {
    engine,
    feeds,
    now: () => new Date(),
    version,
    threadSource: source,
    cwd,
    loadConfig: load,
    configWarnings: () => configWarnings.current(),
    configSources: { home, env, overrides },
    accounts: desk,
    usesLogin: ({ modelProvider, modelProviders }) =>
      knownProviders(modelProviders, env)[modelProvider]?.requiresOpenaiAuth ?? false,
    fetch,
    newId: newRandomId,
    fileSearch,
    diffToRemote: (folder, signal) => diffToRemote(folder, { env, signal, tempDir: tmpdir() }),
    listModels: (config) => offeredModels(config, env, catalogues),
    listProviders: (config) => offeredProviders(config, env),
    feedback: { target: feedbackTarget(home, env), log, now: () => new Date(), newId },
  };
  const close = async (): Promise<void> => {
    await desk.close();
    feeds.close();
    await fileSearch.close();
    await engine.close();
    await catalogues.close();
    await telemetry?.close();
  };
  return { home, engine, host, account, identity, warn, sandbox, modelConnection, loadConfig: load, close };
}

/** Nothing leaves the machine unless somebody has said where it goes. */
function feedbackTarget(home: string, env: Readonly<Record<string, string | undefined>>): FeedbackTarget {
  const url = env["HEDDLE_FEEDBACK_URL"]?.trim();
  return url ? { type: "endpoint", url } : { type: "folder", path: join(home, "feedback") };
}

/** What holds for the whole process; null when it cannot be read: that refuses threads, not the start. */
async function configAtStart(
  load: (request: ConfigRequest) => Promise<ResolvedConfig>,
  warnings: ConfigWarnings,
): Promise<ResolvedConfig | null> {
  try {
    return await load({});
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    warnings.refused(error);
    return null;
  }
}

/** Says the same thing once: the configuration is read again for every thread. */
function onceEach(say: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message)) return;
    said.add(message);
    say(message);
  };
}

/** The typed members of a request, as flags. */
function requestFlags(request: ConfigRequest): ConfigFlags {
  const { model, modelProvider, approvalPolicy, sandbox, baseInstructions, developerInstructions } = request;
  return {
    ...(model === undefined ? {} : { model }),
    ...(modelProvider === undefined ? {} : { modelProvider }),
    ...(approvalPolicy === undefined ? {} : { approvalPolicy: readApprovalPolicy(approvalPolicy) }),
    ...(sandbox === undefined ? {} : { sandboxMode: readSandboxMode(sandbox) }),
    ...(baseInstructions === undefined ? {} : { baseInstructions }),
    ...(developerInstructions === undefined ? {} : { developerInstructions }),
  };
}
