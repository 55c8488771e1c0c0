import type { ExecEvent, JsonObject } from "@heddle/protocol";
import { step, type Script } from "@heddle/testkit";
import { access, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HEDDLE } from "./support/built-command.ts";
import { codexSdk, type SdkCodex } from "./support/clients.ts";
import { createRig, type CommandRig, type RigSetup } from "./support/command-rig.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const SLEEP: Script = [[step.shell("call_1", ["sleep", "300"])], [step.text("awake")]];
const MEGABYTES = 3_000_000;

describe.each(["0.63.0", "0.66.0"])("the published SDK %s, pointed at our command", (version) => {
  const sdk = codexSdk(version);

  describe.skipIf(!sdk.isThere)("and a scripted model", () => {
    /** A rig with a client whose process is run in the workspace. */
    async function createClient(setup: RigSetup = {}): Promise<{ rig: CommandRig; codex: SdkCodex }> {
      const rig = await createRig(setup);
      const { Codex } = await sdk.load();
      return { rig, codex: new Codex({ codexPathOverride: HEDDLE, env: rig.workspace.env }) };
    }

    /** Without a sandbox a machine that has only a part of one has nothing to warn about. */
    const here = ({ workspace }: CommandRig) =>
      ({ workingDirectory: workspace.cwd, sandboxMode: "danger-full-access" }) as const;

    test("run() gives items, the final response and the usage", async () => {
      const { rig, codex } = await createClient({
        script: [[step.reasoning("**Looking**"), step.shell("call_1", ["echo", "yo"])], [step.text("done")]],
      });
      await using _ = rig;
      const thread = codex.startThread(here(rig));
      expect(thread.id).toBeNull();
      const turn = await thread.run("look");
      expect(thread.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(turn).toEqual({
        items: [
          { id: "item_0", type: "reasoning", text: "**Looking**" },
          {
            id: "item_1",
            type: "command_execution",
            command: "echo yo",
            aggregated_output: "yo\n",
            exit_code: 0,
            status: "completed",
          },
          { id: "item_2", type: "agent_message", text: "done" },
        ],
        finalResponse: "done",
        usage: { input_tokens: 200, cached_input_tokens: 0, output_tokens: 40 },
      });
    });

    test("runStreamed() gives the events as they come, the end of the turn last", async () => {
      const { rig, codex } = await createClient({
        script: [[step.updatePlan("call_1", [{ step: "a", status: "completed" }])], [step.text("done")]],
      });
      await using _ = rig;
      const { events } = await codex.startThread(here(rig)).runStreamed("plan");
      expect((await all(events)).map(describeEvent)).toEqual([
        "thread.started",
        "turn.started",
        "item.started todo_list",
        "item.completed agent_message",
        "item.completed todo_list",
        "turn.completed",
      ]);
    });

    test("several turns are one thread: the model is told what was said before", async () => {
      const { rig, codex } = await createClient({ script: [[step.text("one")], [step.text("two")]] });
      await using _ = rig;
      const thread = codex.startThread(here(rig));
      const first = await thread.run("first");
      const { id } = thread;
      const second = await thread.run("second");
      expect([first.finalResponse, second.finalResponse, thread.id]).toEqual(["one", "two", id]);
      for (const text of ["first", "one", "second"]) expect(lastRequest(rig)).toContain(`"text":"${text}"`);
    });

    test("a thread goes on by its id, in another client", async () => {
      const { rig, codex } = await createClient({ script: [[step.text("one")], [step.text("two")]] });
      await using _ = rig;
      const thread = codex.startThread(here(rig));
      await thread.run("first");
      const { Codex } = await sdk.load();
      const later = new Codex({ codexPathOverride: HEDDLE, env: rig.workspace.env });
      const resumed = later.resumeThread(thread.id ?? "", here(rig));
      expect((await resumed.run("second")).finalResponse).toBe("two");
      expect(resumed.id).toBe(thread.id);
      expect(lastRequest(rig)).toContain('"text":"first"');
    });

    test("an unknown thread is an error that names it", async () => {
      const { rig, codex } = await createClient();
      await using _ = rig;
      const id = "01a20220-5c31-7660-a701-cd130115a235";
      await expect(codex.resumeThread(id, here(rig)).run("go on")).rejects.toThrow(
        `Codex Exec exited with code 1: Reading prompt from stdin...\nError: no rollout found for thread id ${id}`,
      );
    });

    test("parts of the input are joined by a blank line", async () => {
      const { rig, codex } = await createClient({ script: [[step.text("ok")]] });
      await using _ = rig;
      await codex.startThread(here(rig)).run([
        { type: "text", text: "one" },
        { type: "text", text: "two" },
      ]);
      expect(userContent(rig)).toEqual([{ type: "input_text", text: "one\n\ntwo" }]);
    });

    test("images come before the text, on a new thread and on a continued one", async () => {
      const { rig, codex } = await createClient({ script: [[step.text("one")], [step.text("two")]] });
      await using _ = rig;
      const path = join(rig.workspace.base, "pixel.png");
      await writeFile(path, PIXEL);
      const input = [
        { type: "text", text: "what is it?" },
        { type: "local_image", path },
      ] as const;
      const content = [
        { type: "input_image", image_url: expect.stringMatching(/^data:image\/png;base64,iVBOR/) },
        { type: "input_text", text: "what is it?" },
      ];
      const thread = codex.startThread(here(rig));
      await thread.run(input);
      expect(userContent(rig)).toEqual(content);

      const { id } = thread;
      expect((await thread.run(input)).finalResponse).toBe("two");
      expect(thread.id).toBe(id);
      expect(userContent(rig)).toEqual(content);
      expect(lastRequest(rig)).toContain('"text":"one"');
    });

    test("an output schema reaches the model, and its file is gone afterwards", async () => {
      const { rig, codex } = await createClient({ script: [[step.text('{"n":1}')]] });
      await using _ = rig;
      const outputSchema: JsonObject = { type: "object", properties: { n: { type: "integer" } } };
      expect((await codex.startThread(here(rig)).run("count", { outputSchema })).finalResponse).toBe('{"n":1}');
      expect(rig.model.requests.at(-1)?.body).toMatchObject({
        text: { format: { schema: outputSchema, strict: true } },
      });
    });

    test("model, effort, web search and approval policy are taken; nobody is asked for all that", async () => {
      const { rig, codex } = await createClient({
        script: [[step.shellCommand("call_1", "touch made.txt")], [step.text("ok")]],
      });
      await using _ = rig;
      const thread = codex.startThread({
        ...here(rig),
        model: "gpt-5.1",
        modelReasoningEffort: "high",
        webSearchEnabled: true,
        approvalPolicy: "untrusted",
        sandboxMode: "workspace-write",
      });
      expect((await thread.run("make it")).finalResponse).toBe("ok");
      expect(rig.model.requests.at(-1)?.body).toMatchObject({
        model: "gpt-5.1",
        reasoning: { effort: "high" },
        tools: expect.arrayContaining([{ type: "web_search" }]),
      });
      await access(join(rig.workspace.cwd, "made.txt"));
    });

    test.each([
      ["read-only", false, false],
      ["workspace-write", true, false],
      ["danger-full-access", true, true],
    ] as const)("the sandbox mode %s holds", async (sandboxMode, inside, outside) => {
      const { rig, codex } = await createClient({
        script: [
          [step.shell("call_1", ["touch", "in.txt"]), step.shell("call_2", ["touch", "../out.txt"])],
          [step.text("ok")],
        ],
      });
      await using _ = rig;
      await codex.startThread({ ...here(rig), sandboxMode }).run("touch");
      expect(await readdir(rig.workspace.cwd)).toEqual(inside ? [".git", "in.txt"] : [".git"]);
      expect((await readdir(rig.workspace.base)).includes("out.txt")).toBe(outside);
    });

    test("further directories are writable, and network access is allowed where it is asked for", async () => {
      const { rig, codex } = await createClient({
        script: [[step.shell("call_1", ["touch", "../more/in.txt"])], [step.text("ok")]],
      });
      await using _ = rig;
      const more = join(rig.workspace.base, "more");
      await mkdir(more);
      const options = { ...here(rig), sandboxMode: "workspace-write", networkAccessEnabled: true } as const;
      await codex.startThread({ ...options, additionalDirectories: [more] }).run("touch");
      expect(await readdir(more)).toEqual(["in.txt"]);
      expect(lastRequest(rig)).toContain("<network_access>enabled</network_access>");
    });

    test("outside of a repository nothing runs, unless that is asked for", async () => {
      const { rig, codex } = await createClient({ script: [[step.text("ok")]] });
      await using _ = rig;
      await rm(join(rig.workspace.cwd, ".git"), { recursive: true });
      await expect(codex.startThread(here(rig)).run("x")).rejects.toThrow(
        "Codex Exec exited with code 1: Not inside a trusted directory",
      );
      const free = codex.startThread({ ...here(rig), skipGitRepoCheck: true });
      expect((await free.run("x")).finalResponse).toBe("ok");
    });

    test("a turn that fails throws its message; streamed, its error and its end are events", async () => {
      const { rig, codex } = await createClient({ script: [[step.http(400, { error: { message: "bad thing" } })]] });
      await using _ = rig;
      await expect(codex.startThread(here(rig)).run("x")).rejects.toThrow("bad thing");
      const { events } = await codex.startThread(here(rig)).runStreamed("x");
      const seen: ExecEvent[] = [];
      await expect(all(events, seen)).rejects.toThrow("Codex Exec exited with code 1");
      expect(seen.slice(2)).toEqual([
        { type: "error", message: expect.stringContaining("bad thing") },
        { type: "turn.failed", error: { message: expect.stringContaining("bad thing") } },
      ]);
    });

    test("after a failed turn the thread goes on", async () => {
      const { rig, codex } = await createClient({
        script: [[step.http(400, { error: { message: "bad thing" } })], [step.text("better")]],
      });
      await using _ = rig;
      const thread = codex.startThread(here(rig));
      await expect(thread.run("x")).rejects.toThrow("bad thing");
      expect((await thread.run("again")).finalResponse).toBe("better");
    });

    test("an abort ends the run with its commands", async () => {
      const { rig, codex } = await createClient({ script: SLEEP });
      await using _ = rig;
      const abort = new AbortController();
      const { events } = await codex.startThread(here(rig)).runStreamed("sleep", { signal: abort.signal });
      await expect(
        (async () => {
          for await (const event of events) if (event.type === "item.started") abort.abort();
        })(),
      ).rejects.toThrow("aborted");
      expect(await rig.lingering()).toEqual([]);
    });

    test("a signal that has fired starts nothing that stays", async () => {
      const { rig, codex } = await createClient({ script: SLEEP });
      await using _ = rig;
      await expect(codex.startThread(here(rig)).run("sleep", { signal: AbortSignal.abort() })).rejects.toThrow(
        "aborted",
      );
      expect(await rig.lingering()).toEqual([]);
    });

    test("who leaves the stream ends the run with its commands", async () => {
      const { rig, codex } = await createClient({ script: SLEEP });
      await using _ = rig;
      const { events } = await codex.startThread(here(rig)).runStreamed("sleep");
      for await (const event of events) if (event.type === "item.started") break;
      expect(await rig.lingering()).toEqual([]);
    });

    test("megabytes arrive whole", async () => {
      const text = "0123456789".repeat(MEGABYTES / 10);
      const { rig, codex } = await createClient({ script: [[step.text(text, { chunks: 50 })]] });
      await using _ = rig;
      const { finalResponse, items } = await codex.startThread(here(rig)).run("write");
      expect(finalResponse.length).toBe(MEGABYTES);
      expect(finalResponse === text && items.length === 1).toBe(true);
    });

    test("a prompt of a megabyte arrives whole", async () => {
      const { rig, codex } = await createClient({ script: [[step.text("read")]] });
      await using _ = rig;
      const text = "a b c\n".repeat(200_000);
      await codex.startThread(here(rig)).run(text);
      expect(userContent(rig)).toEqual([{ type: "input_text", text }]);
    });

    test("patches, failed commands and what they print are items", async () => {
      const patch = "*** Begin Patch\n*** Add File: new.txt\n+x\n*** Delete File: old.txt\n*** End Patch";
      const { rig, codex } = await createClient({
        files: { "old.txt": "x\n" },
        script: [
          [step.customPatch("call_1", patch)],
          [step.shell("call_2", ["sh", "-c", "echo no; exit 3"])],
          [step.text("ok")],
        ],
      });
      await using _ = rig;
      const { cwd } = rig.workspace;
      const { items } = await codex.startThread(here(rig)).run("change");
      expect(items.slice(0, 2)).toEqual([
        {
          id: "item_0",
          type: "file_change",
          changes: [
            { path: join(cwd, "new.txt"), kind: "add" },
            { path: join(cwd, "old.txt"), kind: "delete" },
          ],
          status: "completed",
        },
        {
          id: "item_1",
          type: "command_execution",
          command: "sh -c 'echo no; exit 3'",
          aggregated_output: "no\n",
          exit_code: 3,
          status: "failed",
        },
      ]);
      expect(await readFile(join(cwd, "new.txt"), "utf8")).toBe("x\n");
    });

    test("base URL and key go to the built-in provider, under the name of the SDK", async () => {
      await using rig = await createRig({
        homeFiles: { "config.toml": 'model = "gpt-5.1-codex"\n' },
        script: [[step.text("ok")]],
      });
      const { Codex } = await sdk.load();
      const options = { codexPathOverride: HEDDLE, env: rig.workspace.env, apiKey: "sk-given" };
      const codex = new Codex({ ...options, baseUrl: rig.model.baseUrl });
      const thread = codex.startThread(here(rig));
      expect((await thread.run("x")).finalResponse).toBe("ok");
      const { headers } = rig.model.requests.at(-1) ?? {};
      expect(headers).toMatchObject({
        authorization: "Bearer sk-given",
        originator: "codex_sdk_ts",
        "user-agent": expect.stringMatching(/^codex_sdk_ts\//),
        conversation_id: thread.id,
        session_id: thread.id,
      });
    });

    test("eight threads at once do not disturb each other", async () => {
      const { rig, codex } = await createClient({
        script: ({ body }) => [step.text(/say (\d)/.exec(JSON.stringify(body))?.[1] ?? "?")],
      });
      await using _ = rig;
      const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
      const turns = await Promise.all(numbers.map((n) => codex.startThread(here(rig)).run(`say ${n}`)));
      expect(turns.map(({ finalResponse }) => finalResponse)).toEqual(numbers.map(String));
    });
  });
});

async function all(events: AsyncIterable<ExecEvent>, seen: ExecEvent[] = []): Promise<ExecEvent[]> {
  for await (const event of events) seen.push(event);
  return seen;
}

function describeEvent(event: ExecEvent): string {
  return "item" in event ? `${event.type} ${event.item.type}` : event.type;
}

function lastRequest({ model }: CommandRig): string {
  return JSON.stringify(model.requests.at(-1)?.body);
}

/** What the model was told last that the user said. */
function userContent({ model }: CommandRig): unknown {
  const body = model.requests.at(-1)?.body as { input: { role?: string; content: unknown }[] };
  return body.input.findLast(({ role }) => role === "user")?.content;
}
