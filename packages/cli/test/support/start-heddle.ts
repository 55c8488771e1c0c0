import { serve } from "@heddle/app-server";
import { linkedPair, type JsonValue } from "@heddle/protocol";
import {
  createWorkspace,
  scriptedConfig,
  startScriptedModel,
  type Script,
  type ScriptedModel,
  type WorkspaceContent,
} from "@heddle/testkit";
import { join } from "node:path";
import { frontOf } from "../../src/runtime/front.ts";
import { createRuntime, type Runtime } from "../../src/runtime/runtime.ts";
import { createWireClient, type WireClient } from "./wire.ts";

/** What a test wants of its server. */
export interface HeddleSetup extends WorkspaceContent {
  readonly script: Script;
  /** What the provider answers when it is asked for its models, and when. Default: an empty list, at once. */
  readonly models?: object | Promise<object>;
  /** TOML in front of the provider. */
  readonly config?: string;
  /** TOML of a managed configuration, which binds. */
  readonly managed?: string;
  /** What clients say they can do. Default: nothing, as those of December 2025. */
  readonly capabilities?: Readonly<Record<string, JsonValue>>;
  /** Lines of the provider. Default: no retries. */
  readonly provider?: string;
  /** How long threads wait for clients that have gone. */
  readonly feeds?: NonNullable<Parameters<typeof createRuntime>[0]["feeds"]>;
}

/** A whole Heddle in this process, with real files and processes; only the model is scripted. */
export interface TestHeddle extends AsyncDisposable {
  readonly client: WireClient;
  readonly model: ScriptedModel;
  readonly home: string;
  /** The workspace, absolute and resolved. */
  readonly cwd: string;
  readonly runtime: Runtime;
  /** One more connection to the same engine. With capabilities it speaks the newer dialect. */
  connect(capabilities?: Readonly<Record<string, JsonValue>>): Promise<WireClient>;
  startThread(params?: Readonly<Record<string, JsonValue>>): Promise<string>;
  /** Starts a turn with a text and waits for its end; gives the id and the params of `turn/completed`. */
  runTurn(threadId: string, text: string, params?: Readonly<Record<string, JsonValue>>): Promise<CompletedTurn>;
}

export interface CompletedTurn {
  readonly id: string;
  readonly status: unknown;
  readonly error: unknown;
  /** The items that were completed in it, in order. */
  readonly items: readonly unknown[];
}

export async function startHeddle(setup: HeddleSetup): Promise<TestHeddle> {
  const workspace = await createWorkspace(setup);
  const { base, home, cwd } = workspace;
  const model = await startScriptedModel(setup.script, setup.models === undefined ? {} : { models: setup.models });
  const { config: settings, provider } = setup;
  const config = scriptedConfig({ baseUrl: model.baseUrl, settings, provider });
  await workspace.write(home, { "config.toml": config, ...setup.homeFiles });
  if (setup.managed !== undefined) await workspace.write(base, { "managed.toml": setup.managed });
  const managed = setup.managed === undefined ? {} : { HEDDLE_MANAGED_CONFIG_PATH: join(base, "managed.toml") };

  const runtime = await createRuntime({
    context: {
      env: { ...workspace.env, ...managed },
      cwd,
      userHome: base,
      passwdShell: "/bin/bash",
      version: "0.0.0-test",
    },
    originator: "codex_cli_rs",
    overrides: [],
    ...(setup.feeds === undefined ? {} : { feeds: setup.feeds }),
    warn: () => {},
  });
  const front = frontOf(runtime);
  const connect: TestHeddle["connect"] = async (capabilities) => {
    const [clientEnd, serverEnd] = linkedPair();
    serve(serverEnd, front);
    const client = createWireClient(clientEnd);
    const clientInfo = { name: "test", version: "1" };
    await client.request("initialize", capabilities === undefined ? { clientInfo } : { clientInfo, capabilities });
    return client;
  };
  const client = await connect(setup.capabilities);

  return {
    client,
    model,
    home,
    cwd,
    runtime,
    connect,
    async startThread(params = {}) {
      const answer = (await client.request("thread/start", { cwd, ...params })) as { thread: { id: string } };
      return answer.thread.id;
    },
    async runTurn(threadId, text, params = {}) {
      const input = [{ type: "text", text }];
      const answer = (await client.request("turn/start", { threadId, input, ...params })) as { turn: { id: string } };
      const { id } = answer.turn;
      const { turn } = (await client.hear(
        "turn/completed",
        (said) => said["threadId"] === threadId && (said["turn"] as { id: string }).id === id,
      )) as { turn: { status: unknown; error: unknown } };
      const items = client.heard
        .filter(
          ({ method, params: said }) =>
            method === "item/completed" && said["threadId"] === threadId && said["turnId"] === id,
        )
        .map(({ params: said }) => said["item"]);
      return { id, status: turn.status, error: turn.error, items };
    },
    async [Symbol.asyncDispose]() {
      await client.peer.close();
      await runtime.close();
      await model.close();
      await workspace[Symbol.asyncDispose]();
    },
  };
}
