import {
  readApprovalPolicy,
  readSandboxMode,
  type ClientIdentity,
  type ConfigRequest,
  type ServerHost,
} from "@heddle/app-server";
import { loadConfig, resolveHome, type ConfigFlags, type ResolvedConfig } from "@heddle/config";
import { createEngine, type Engine } from "@heddle/core";
import type { SessionSource } from "@heddle/protocol";
import { createModelClient, type ProviderConfig } from "@heddle/models";
import { createSandbox } from "@heddle/sandbox";
import { join, resolve } from "node:path";
import { v7 as uuidv7 } from "uuid";
import type { ProcessContext } from "./process.ts";
import { originatorOf, userAgent } from "./user-agent.ts";

/** What a front end says when it wires itself to an engine in this process. */
export interface RuntimeOptions {
  readonly context: ProcessContext;
  /** `codex_cli_rs`, or what a front end is known as at the built-in provider. */
  readonly originator: string;
  /** `-c key=value` as given, `--enable` and `--disable` already turned into it. */
  readonly overrides: readonly string[];
  /** Typed flags: they win over every layer of the configuration. */
  readonly flags?: ConfigFlags;
  /** What threads are recorded as. Default `vscode`, as everything that comes over the protocol. */
  readonly source?: SessionSource;
  /** Whether `CODEX_API_KEY` counts: in `exec` alone. */
  readonly apiKeyFromEnvironment?: boolean;
  /** Where warnings for the person at the terminal go. */
  readonly warn: (message: string) => void;
}

/** An engine and what serves it, ready for connections. Closed by whoever made it. */
export interface Runtime {
  readonly home: string;
  readonly engine: Engine;
  readonly host: ServerHost;
  loadConfig(request: ConfigRequest): Promise<ResolvedConfig>;
  close(): Promise<void>;
}

/** @throws ConfigError when the home that the environment names is not there. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { context, overrides, flags = {}, warn, source = "vscode", apiKeyFromEnvironment = false } = options;
  const { env, cwd, userHome, passwdShell, version } = context;
  const home = resolveHome(env, userHome);
  const originator = originatorOf(env, options.originator);
  let client: ClientIdentity | null = null;

  const sandbox = createSandbox({ env, stateDir: join(home, "sandbox"), credentials: credentialPaths(home) });
  const engine = createEngine({
    home,
    version,
    originator,
    env,
    passwdShell,
    clock: () => new Date(),
    newId: () => uuidv7(),
    random: () => Math.random(),
    sandbox,
    createModelClient: (provider: ProviderConfig) =>
      createModelClient({
        provider,
        credentials: { token: async () => (void apiKeyFromEnvironment, null) },
        env,
        userAgent: userAgent({ originator, version, env, client }),
        originator,
        version,
      }),
  });

  const load = async (request: ConfigRequest): Promise<ResolvedConfig> => {
    const config = await loadConfig({
      home,
      cwd: resolve(cwd, request.cwd ?? flags.cwd ?? "."),
      env,
      overrides,
      ...(request.config === undefined ? {} : { requestOverrides: request.config }),
      flags: { ...flags, ...requestFlags(request) },
    });
    for (const message of config.warnings) warn(message);
    return config;
  };

  let nextRequest = 0;
  const host: ServerHost = {
    engine,
    version,
    threadSource: source,
    cwd,
    userAgent(identity) {
      client = identity;
      return userAgent({ originator, version, env, client });
    },
    loadConfig: load,
    nextRequestId: () => nextRequest++,
    warn,
  };
  return { home, engine, host, loadConfig: load, close: () => engine.close() };
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

/** What no sandboxed command may read: our own credentials. */
function credentialPaths(home: string): readonly string[] {
  return [join(home, "auth.json"), join(home, ".credentials.json")];
}
