import { loadConfig } from "@heddle/config";
import {
  createEngine,
  type Engine,
  type EngineOptions,
  type SettingsOverride,
  type ThreadEvent,
  type ThreadOptions,
} from "@heddle/core";
import { createModelClient } from "@heddle/models";
import { createWorkspace, scriptedConfig, startScriptedModel, type ScriptedModel, type Script } from "@heddle/testkit";

/** An engine on a scripted model, with a home and a folder to work in. No test here runs a command. */
export interface EngineRig extends AsyncDisposable {
  readonly engine: Engine;
  readonly model: ScriptedModel;
  /** The working directory of threads, absolute. */
  readonly cwd: string;
  /** How long was waited before each repetition of a request, in milliseconds: no test really waits. */
  readonly delays: readonly number[];
  /** What a thread starts with: the configuration of the home. */
  threadOptions(): Promise<ThreadOptions>;
}

export async function startEngineRig(options: {
  readonly script: Script;
  readonly toolSources?: EngineOptions["toolSources"];
  /** Lines of the configuration in front of the provider. */
  readonly config?: string;
  /** Lines of the provider's table; by default those that switch retries off. */
  readonly provider?: string;
  /** Another address than that of the scripted model. */
  readonly baseUrl?: string;
  /** The environment, of which the provider's key may be a part. */
  readonly env?: Readonly<Record<string, string>>;
  /** Before the wait for a repetition. */
  readonly onDelay?: (ms: number) => void;
}): Promise<EngineRig> {
  const { script, toolSources, provider, config = "", env = {}, onDelay = () => {} } = options;
  const model = await startScriptedModel(script);
  const settings = `sandbox_mode = "danger-full-access"\n${config}`;
  const { baseUrl = model.baseUrl } = options;
  const workspace = await createWorkspace({
    homeFiles: { "config.toml": scriptedConfig({ baseUrl, settings, provider }) },
  });
  const delays: number[] = [];
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    delays.push(Math.round(ms));
    onDelay(ms);
    return signal.aborted ? Promise.reject(signal.reason) : Promise.resolve();
  };
  const { home, cwd } = workspace;
  const engine = createEngine({
    home,
    version: "0.0.0-test",
    originator: "test",
    env,
    cwd,
    passwdShell: null,
    clock: () => new Date(),
    newId: () => crypto.randomUUID(),
    random: () => 0.5, // no jitter
    sleep,
    sandbox: { probe: nothingRuns, examine: nothingRuns, spawn: nothingRuns, close: async () => {} },
    createModelClient: (endpoint) =>
      createModelClient({
        provider: endpoint,
        credentials: { token: () => Promise.resolve(null) },
        env,
        random: () => 0.5,
        sleep,
        userAgent: "test/0",
        originator: "test",
        version: "0.0.0",
      }),
    ...(toolSources === undefined ? {} : { toolSources }),
  });
  return {
    engine,
    model,
    cwd,
    delays,
    async threadOptions() {
      const loaded = await loadConfig({
        home,
        cwd,
        env: {},
        overrides: [],
        managedPaths: [],
        managedPreferences: null,
      });
      return {
        config: loaded,
        settings: {
          model: loaded.model,
          provider: loaded.modelProvider,
          effort: loaded.reasoningEffort,
          summary: loaded.reasoningSummary,
          cwd: loaded.cwd,
          approvalPolicy: loaded.approvalPolicy,
          sandboxPolicy: loaded.sandboxPolicy,
        },
        source: "exec",
      };
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      await model.close();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

/** Runs a turn to its end. @returns what was heard of it. */
export async function runTurn(
  thread: Awaited<ReturnType<Engine["startThread"]>>,
  text: string,
  override: SettingsOverride = {},
): Promise<ThreadEvent[]> {
  const heard: ThreadEvent[] = [];
  await new Promise<void>((resolve) => {
    thread.subscribe({
      answers: false,
      elicits: false,
      drained: () => Promise.resolve(),
      onEvent(event) {
        heard.push(event);
        if (event.type === "turnCompleted") resolve();
      },
    });
    thread.startTurn([{ type: "text", text }], override);
  });
  return heard;
}

function nothingRuns(): never {
  throw new Error("no test of this package runs a command");
}
