import { serve } from "@heddle/app-server";
import { linkedPair, type JsonValue } from "@heddle/protocol";
import { startScriptedModel, type Script, type ScriptedModel } from "@heddle/testkit";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { frontOf } from "../../src/runtime/front.ts";
import { createRuntime, type Runtime } from "../../src/runtime/runtime.ts";
import { createWireClient, type WireClient } from "./wire.ts";

/** What a test wants of its server. */
export interface HeddleSetup {
  readonly script: Script;
  /** Files of the workspace, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files of the home, by relative path. */
  readonly homeFiles?: Readonly<Record<string, string>>;
  /** TOML in front of the provider. */
  readonly config?: string;
  /** TOML of a managed configuration, which binds. */
  readonly managed?: string;
  /** Lines of the provider. Default: no retries. */
  readonly provider?: string;
}

/** A whole Heddle in this process, with real files and processes; only the model is scripted. */
export interface TestHeddle extends AsyncDisposable {
  readonly client: WireClient;
  readonly model: ScriptedModel;
  readonly home: string;
  /** The workspace, absolute and resolved. */
  readonly cwd: string;
  readonly runtime: Runtime;
  /** One more connection to the same engine. */
  connect(): Promise<WireClient>;
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
  // Below the user's home: /tmp is a writable root of every workspace-write policy.
  const parent = join(homedir(), ".cache");
  await mkdir(parent, { recursive: true });
  const base = await realpath(await mkdtemp(join(parent, "heddle-test-")));
  const [home, cwd, tmp] = [join(base, "home"), join(base, "ws"), join(base, "tmp")];
  for (const folder of [home, cwd, tmp]) await mkdir(folder);
  const model = await startScriptedModel(setup.script);
  await writeFiles(cwd, setup.files ?? {});
  await writeFiles(home, { "config.toml": configFor(model, setup), ...setup.homeFiles });

  const managed = setup.managed === undefined ? {} : { HEDDLE_MANAGED_CONFIG_PATH: join(base, "managed.toml") };
  if (setup.managed !== undefined) await writeFile(join(base, "managed.toml"), setup.managed);
  const runtime = await createRuntime({
    context: {
      env: { PATH: process.env["PATH"], HOME: base, TMPDIR: tmp, HEDDLE_HOME: home, SHELL: "/bin/bash", ...managed },
      cwd,
      userHome: base,
      passwdShell: "/bin/bash",
      version: "0.0.0-test",
    },
    originator: "codex_cli_rs",
    overrides: [],
    warn: () => {},
  });
  const front = frontOf(runtime);
  const connect = async (): Promise<WireClient> => {
    const [clientEnd, serverEnd] = linkedPair();
    serve(serverEnd, front);
    const client = createWireClient(clientEnd);
    await client.request("initialize", { clientInfo: { name: "test", version: "1" } });
    return client;
  };
  const client = await connect();

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
      await rm(base, { recursive: true, force: true });
    },
  };
}

function configFor(model: ScriptedModel, { config = "", provider }: HeddleSetup): string {
  return `model = "gpt-5.1-codex"
model_provider = "scripted"
${config}
[model_providers.scripted]
name = "scripted"
base_url = "${model.baseUrl}"
wire_api = "responses"
${provider ?? "request_max_retries = 0\nstream_max_retries = 0"}
`;
}

async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
