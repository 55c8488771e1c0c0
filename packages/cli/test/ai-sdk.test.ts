import { step, type Script } from "@heddle/testkit";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HEDDLE } from "./support/built-command.ts";
import { aiProvider, aiSdk, type AiProvider, type AiSdk } from "./support/clients.ts";
import { createRig, type CommandRig, type RigSetup } from "./support/command-rig.ts";

const LOOK: Script = [[step.shell("call_1", ["echo", "yo"])], [step.text("looked")]];

/** The provider runs `node <entry>` and gives our command the environment of this process. */
describe.skipIf(!aiSdk.isThere || !aiProvider.isThere)("the AI SDK, by its provider for this command line", () => {
  interface Client extends AsyncDisposable {
    readonly rig: CommandRig;
    readonly ai: AiSdk;
    readonly model: unknown;
  }

  async function createClient(
    setup: RigSetup = {},
    settings: Parameters<AiProvider["codexCli"]>[1] = {},
  ): Promise<Client> {
    const rig = await createRig(setup);
    const { cwd, env } = rig.workspace;
    const { codexCli } = await aiProvider.load();
    const model = codexCli("gpt-5.1-codex", { codexPath: HEDDLE, cwd, env, logger: false, ...settings });
    return { rig, ai: await aiSdk.load(), model, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
  }

  test("gives a text and what it cost", async () => {
    await using client = await createClient({ script: [[step.text("done")]] });
    const { text, usage } = await client.ai.generateText({ model: client.model, prompt: "do it" });
    expect({ text, usage }).toMatchObject({ text: "done", usage: { inputTokens: 100, outputTokens: 20 } });
  });

  test("streams what the tools do", async () => {
    await using client = await createClient({ script: LOOK });
    const result = client.ai.streamText({ model: client.model, prompt: "look" });
    const parts = [];
    for await (const part of result.fullStream) parts.push(part);
    const shown = ["tool-call", "tool-result", "text-delta", "finish"];
    expect(parts.map(({ type }) => type).filter((type) => shown.includes(type))).toEqual(shown);
    expect(parts.find(({ type }) => type === "tool-result")).toMatchObject({ toolName: "exec" });
    expect(await result.text).toBe("looked");
  });

  test("gives an object that fits a schema", async () => {
    await using client = await createClient({ script: [[step.text('{"n":1}')]] });
    const schema = client.ai.jsonSchema({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] });
    const { object } = await client.ai.generateObject({ model: client.model, prompt: "count", schema });
    expect(object).toEqual({ n: 1 });
    expect(client.rig.model.requests.at(-1)?.body).toMatchObject({
      text: { format: { type: "json_schema", schema: { properties: { n: { type: "integer" } } } } },
    });
  });

  test("works in the sandbox that its settings name, and by default in the workspace", async () => {
    const script: Script = [[step.shell("call_1", ["touch", "made.txt"])], [step.text("ok")]];
    await using writing = await createClient({ script });
    await writing.ai.generateText({ model: writing.model, prompt: "touch" });
    expect(await readFile(join(writing.rig.workspace.cwd, "made.txt"), "utf8")).toBe("");

    await using reading = await createClient({ script }, { sandboxMode: "read-only" });
    await reading.ai.generateText({ model: reading.model, prompt: "touch" });
    await expect(readFile(join(reading.rig.workspace.cwd, "made.txt"))).rejects.toThrow("ENOENT");
  });

  test("tells why a turn failed", async () => {
    const script: Script = [[step.http(400, { error: { message: "bad thing" } })]];
    await using client = await createClient({ script });
    const failing = client.ai.generateText({ model: client.model, prompt: "x", maxRetries: 0 });
    await expect(failing).rejects.toThrow("exited with code 1");
  });

  test("ends a run that is aborted, with its commands", async () => {
    await using client = await createClient({ script: [[step.shell("call_1", ["sleep", "300"])]] });
    const abort = new AbortController();
    const result = client.ai.streamText({ model: client.model, prompt: "sleep", abortSignal: abort.signal });
    for await (const { type } of result.fullStream) if (type === "tool-call") abort.abort();
    expect(await client.rig.lingering()).toEqual([]);
  });
});
