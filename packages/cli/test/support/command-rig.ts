import {
  createWorkspace,
  markedProcesses,
  scriptedConfig,
  startScriptedModel,
  type Script,
  type ScriptedModel,
  type Workspace,
  type WorkspaceContent,
} from "@heddle/testkit";
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { startCommand, type Ended, type RunningProcess, type StartOptions } from "./built-command.ts";

/** What a test of the built command needs around it. */
export interface RigSetup extends WorkspaceContent {
  /** Default: a model that says `done`. */
  readonly script?: Script;
  /** What the provider answers when it is asked for its models. Default: an empty list. */
  readonly models?: object;
  /** TOML in front of the provider. */
  readonly settings?: string;
  /** Lines of the provider. Default: no retries. */
  readonly provider?: string;
}

/** The built command, with a scripted model to talk to and a git repository to work in. */
export interface CommandRig extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly model: ScriptedModel;
  start(args: readonly string[], options?: Partial<StartOptions>): RunningProcess;
  /** Runs to the end. */
  run(args: readonly string[], options?: Partial<StartOptions>): Promise<Ended>;
  /** The processes of this rig that are still there after a moment. */
  lingering(): Promise<number[]>;
}

/** The kernel ends the children of a killed process by and by, and tells nobody when it is done. */
const LINGER_MS = 2_000;

export async function createRig(setup: RigSetup = {}): Promise<CommandRig> {
  const { script = [], settings, provider } = setup;
  const workspace = await createWorkspace(setup);
  const { base, home, cwd, env } = workspace;
  const model = await startScriptedModel(script, setup.models === undefined ? {} : { models: setup.models });
  const config = scriptedConfig({ baseUrl: model.baseUrl, settings, provider });
  await workspace.write(home, { "config.toml": config, ...setup.homeFiles });
  await promisify(execFile)("git", ["init", "--quiet"], { cwd, env });

  const started: RunningProcess[] = [];
  const start = (args: readonly string[], options: Partial<StartOptions> = {}): RunningProcess => {
    const running = startCommand(args, { cwd, ...options, env: { ...env, ...options.env } });
    started.push(running);
    return running;
  };
  return {
    workspace,
    model,
    start,
    run: (args, options) => start(args, options).ended,
    async lingering() {
      const deadline = performance.now() + LINGER_MS;
      for (;;) {
        const found = await markedProcesses(base);
        if (found.length === 0 || performance.now() > deadline) return found;
        await delay(10);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const running of started) await running[Symbol.asyncDispose]();
      await model.close();
      await workspace[Symbol.asyncDispose]();
    },
  };
}
