import { step, type Script } from "@heddle/testkit";
import type { Turn } from "@heddle/protocol";
import { execFileSync } from "node:child_process";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";
import { startServer, type ServerProcess } from "./support/server-process.ts";
import { seenTurns, startTurn, turnEnd } from "./support/threads.ts";

const HELLO = '{"id":"hello","method":"initialize","params":{"clientInfo":{"name":"raw","version":"1"}}}';
const SETTINGS = 'approval_policy = "never"\nsandbox_mode = "workspace-write"';
/** Less than anything that there is to wait for here, more than a busy machine takes. */
const LONG_MS = 20_000;
const SLEEP: Script = [[step.shell("call_1", ["sleep", "300"])], [step.text("awake")]];

describe("a line that is", () => {
  /**
   * Sends lines, then one that has to be answered, and gives all that came back until then and until the requests
   * `awaited` were answered, which take their time.
   */
  async function answersTo(
    lines: readonly string[],
    { greet = true, awaited = [] }: { readonly greet?: boolean; readonly awaited?: readonly number[] } = {},
  ): Promise<unknown[]> {
    await using rig = await createRig();
    const server = rig.start(["app-server"], { stdin: null });
    const last = greet
      ? '{"id":"last","method":"thread/list","params":{}}'
      : '{"id":"last","method":"initialize","params":{"clientInfo":{"name":"raw","version":"1"}}}';
    server.child.stdin?.write([...(greet ? [HELLO] : []), ...lines, last, ""].join("\n"));
    for (const id of ['"last"', ...awaited]) await server.says(`"id":${id},`);
    server.child.stdin?.end();
    const { code, stdout } = await server.ended;
    expect(code).toBe(0);
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { id?: unknown })
      .filter(({ id }) => id !== "hello" && id !== "last");
    return answers.toSorted((a, b) => Number(a.id) - Number(b.id));
  }
  const refusal = (id: unknown, message: unknown): unknown => ({ id, error: { code: -32600, message } });
  const invalid = (id: unknown, reason: string): unknown =>
    refusal(id, expect.stringMatching(new RegExp(`^Invalid request: .*${reason}`)));

  test.each([
    ["no JSON", "hello?"],
    ["half a message", '{"id":1,"method":'],
    ["an array", "[]"],
    ["a batch", '[{"id":1,"method":"thread/list","params":{}}]'],
    ["an empty object", "{}"],
    ["a string", '"thread/list"'],
    ["an id alone", '{"id":50}'],
    ["blank", "  \r"],
    ["binary", "\u0000\u0001\ufffd"],
    ["nested deeply", `{"id":1,"method":"thread/list","params":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
    ["a request with the id null", '{"id":null,"method":"thread/list","params":{}}'],
    ["a request with a fractional id", '{"id":1.5,"method":"thread/list","params":{}}'],
    ["a request with an id that is an object", '{"id":{},"method":"thread/list","params":{}}'],
    ["a notification that nobody knows", '{"method":"nobody/knows","params":5}'],
    ["a request sent as a notification", '{"method":"thread/start","params":{}}'],
    ["an answer to nothing", '{"id":77,"result":{}}'],
    ["an error for nothing", '{"id":"x","error":{"code":1,"message":"no"}}'],
  ])("%s is dropped, and the connection lives on", async (_what, line) => {
    expect(await answersTo([line])).toEqual([]);
  });

  test.each([
    ["an unknown method", '{"id":1,"method":"thread/fly","params":{}}', "unknown variant `thread/fly`"],
    ["without params", '{"id":1,"method":"thread/start"}', "missing field `params`"],
    ["without a field", '{"id":1,"method":"turn/start","params":{"input":[]}}', "missing field `threadId`"],
    [
      "with a field of another type",
      '{"id":1,"method":"turn/start","params":{"threadId":5,"input":[]}}',
      "integer `5`",
    ],
    [
      "with an unknown value",
      '{"id":1,"method":"thread/start","params":{"approvalPolicy":"always"}}',
      "unknown variant `always`",
    ],
    [
      "with an unknown kind of input",
      '{"id":1,"method":"turn/start","params":{"threadId":"t","input":[{"type":"smell"}]}}',
      "unknown variant `smell`",
    ],
    ["with params that are a list", '{"id":1,"method":"thread/start","params":[]}', ""],
  ])("a request %s gets its reason", async (_what, line, reason) => {
    expect(await answersTo([line])).toEqual([invalid(1, reason)]);
  });

  test("a request with a jsonrpc member, members that nobody knows, a CR or blanks around it is taken", async () => {
    const lines = [
      '{"jsonrpc":"2.0","id":1,"method":"thread/list","params":{"colour":"red"},"trace":{}}\r',
      '  {"id":2,"method":"thread/list","params":{}}  ',
      "",
    ];
    const result = { data: [], nextCursor: null };
    expect(await answersTo(lines, { awaited: [1, 2] })).toEqual([
      { id: 1, result },
      { id: 2, result },
    ]);
  });

  test("an id comes back with its type, also one of 64 bits", async () => {
    await using rig = await createRig();
    const server = rig.start(["app-server"], { stdin: null });
    const ids = ["-1", '"0"', "0", '""', "9007199254740993"];
    const lines = ids.map((id) => `{"id":${id},"method":"thread/list","params":{}}`);
    server.child.stdin?.write([HELLO, ...lines, ""].join("\n"));
    for (const id of ids) await server.says(`{"id":${id},`);
    server.child.stdin?.end();
    const { stdout } = await server.ended;
    for (const id of ids) expect(stdout).toContain(`{"id":${id},"result":{`);
  });

  test("before initialize, a valid request is not allowed and an invalid one is invalid", async () => {
    const lines = [
      '{"id":1,"method":"thread/list","params":{}}',
      '{"id":2,"method":"thread/list"}',
      '{"id":3,"method":"initialize","params":{}}',
    ];
    expect(await answersTo(lines, { greet: false })).toEqual([
      refusal(1, "Not initialized"),
      invalid(2, "missing field `params`"),
      invalid(3, "missing field `clientInfo`"),
    ]);
  });

  test("a second initialize is refused", async () => {
    expect(await answersTo([HELLO.replace('"hello"', "1")])).toEqual([refusal(1, "Already initialized")]);
  });

  test("32 MB long is taken like any other", async () => {
    const text = "x".repeat(32 * 1024 * 1024);
    const line = `{"id":1,"method":"thread/list","params":{"cursor":"${text}"}}`;
    const answer = { id: 1, result: { data: [], nextCursor: null } };
    expect(await answersTo([line], { awaited: [1] })).toEqual([answer]);
  });
});

describe("ending", () => {
  /** The states in which a server can be told to end. */
  const states: Readonly<Record<string, { readonly script: Script; readonly settings?: string; reach: Reach }>> = {
    "before initialize": { script: [], reach: async () => {} },
    idle: { script: [], reach: async ({ client }) => void (await startThread(client)) },
    "while the model is silent": {
      script: [[step.delay(60_000)]],
      reach: async ({ client }, rig) => {
        await startTurn(client, await startThread(client), "hello");
        await expect.poll(() => rig.model.requests.length).toBe(1);
      },
    },
    "while the model speaks": {
      script: [[step.text("word ".repeat(1_000), { chunks: 1_000, everyMs: 10 })]],
      reach: async ({ client }) => {
        await startTurn(client, await startThread(client), "hello");
        await client.hear("item/agentMessage/delta");
      },
    },
    "while a command runs": {
      script: [[step.shellCommand("call_1", "echo ready; sleep 300 & trap '' TERM INT; sleep 300")]],
      settings: SETTINGS,
      reach: async ({ client }) => {
        await startTurn(client, await startThread(client), "sleep");
        await client.hear("item/commandExecution/outputDelta");
      },
    },
    "while a command without a sandbox runs": {
      script: [[step.shellCommand("call_1", "echo ready; sleep 300 & trap '' TERM INT; sleep 300")]],
      settings: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
      reach: async ({ client }) => {
        await startTurn(client, await startThread(client), "sleep");
        await client.hear("item/commandExecution/outputDelta");
      },
    },
    "while an approval is open": {
      script: [[step.shellCommand("call_1", "touch made.txt")]],
      settings: 'approval_policy = "untrusted"\nsandbox_mode = "workspace-write"',
      reach: async ({ client }) => {
        await startTurn(client, await startThread(client), "touch");
        await client.hear("item/commandExecution/requestApproval");
      },
    },
    "while it waits to try again": {
      script: [[step.http(503, "later", { "retry-after": "60" })]],
      settings: "",
      reach: async ({ client }, rig) => {
        await startTurn(client, await startThread(client), "hello");
        await expect.poll(() => rig.model.requests.length).toBe(1);
      },
    },
    "while the client reads nothing": {
      script: [[step.repeatedText("some words in a row ", 60_000)]],
      reach: async (server) => {
        const { client } = server;
        await startTurn(client, await startThread(client), "hello");
        await client.hear("item/agentMessage/delta");
        server.pause();
      },
    },
  };
  type Reach = (server: ServerProcess, rig: CommandRig) => Promise<void>;

  const ways: Readonly<Record<string, (server: ServerProcess) => void>> = {
    "the end of input": (server) => server.endInput(),
    SIGTERM: (server) => server.signal("SIGTERM"),
  };
  const cases = Object.keys(states).flatMap((state) => Object.keys(ways).map((way) => ({ state, way })));

  test.each(cases)("by $way $state: exit code 0 without a wait, and no process stays", async ({ state, way }) => {
    const { script = [], settings = SETTINGS, reach } = states[state] ?? { reach: async () => {} };
    const provider = "request_max_retries = 3\nstream_max_retries = 3";
    await using rig = await createRig({ script, settings, provider });
    await using server = await startServer(rig.workspace);
    await reach(server, rig);
    const startedAt = performance.now();
    ways[way]?.(server);
    const { code, signal, stderr } = await server.exited;
    const tookMs = performance.now() - startedAt;
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
    expect(tookMs).toBeLessThan(LONG_MS);
    expect(await rig.lingering()).toEqual([]);
  });

  test("leaves every turn with an end in its log", async () => {
    await using rig = await createRig({ script: SLEEP, settings: SETTINGS });
    await using first = await startServer(rig.workspace);
    const id = await startThread(first.client);
    await startTurn(first.client, id, "sleep");
    await first.client.hear("item/started", ({ item }) => (item as { type: string }).type === "commandExecution");
    first.endInput();
    await first.ended;

    await using second = await startServer(rig.workspace);
    const turns = await resumedTurns(second, { threadId: id });
    expect(turns).toMatchObject([{ status: "interrupted", items: [{ type: "userMessage" }, { status: "failed" }] }]);
  });
});

describe("a client that stops reading", () => {
  test("loses nothing, and the server goes on reading and working", async () => {
    const words = Array.from({ length: 60_000 }, (_, index) => `word${index} `);
    const script: Script = ({ body }) =>
      JSON.stringify(body).includes("long answer") ? [step.text(words)] : [step.shell("call_1", ["touch", "made.txt"])];
    await using rig = await createRig({ script, settings: SETTINGS });
    await using server = await startServer(rig.workspace);
    const { client } = server;
    const [talking, working] = [await startThread(client), await startThread(client)];
    const turn = await startTurn(client, talking, "a long answer");
    await client.hear("item/agentMessage/delta");
    server.pause();
    void startTurn(client, working, "touch it");
    await expect.poll(() => readFile(join(rig.workspace.cwd, "made.txt"), "utf8").catch(() => null)).toBe("");
    server.resume();

    await turnEnd(client, talking, turn);
    const deltas = client.heard
      .filter(({ method, params }) => method === "item/agentMessage/delta" && params["threadId"] === talking)
      .map(({ params }) => params["delta"]);
    expect(deltas.length).toBe(words.length);
    expect(deltas.join("")).toBe(words.join(""));
  });
});

test("a hundred threads at once, each with a command and a message, keep to themselves", async () => {
  const script: Script = ({ body }) => {
    const text = JSON.stringify(body);
    const name = /thread-\d+/.exec(text)?.[0] ?? "";
    return text.includes("function_call_output")
      ? [step.text(`${name} is done`)]
      : [step.shellCommand(`call_${name}`, `echo ${name} > ${name}.txt`, { login: false })];
  };
  await using rig = await createRig({ script, settings: SETTINGS });
  await using server = await startServer(rig.workspace);
  const { client } = server;
  const names = Array.from({ length: 100 }, (_, index) => `thread-${index}`);
  await Promise.all(
    names.map(async (name) => {
      const id = await startThread(client);
      const turn = await startTurn(client, id, name);
      expect(await turnEnd(client, id, turn)).toMatchObject({ status: "completed" });
      const [seen] = seenTurns(client, id);
      expect(seen?.items.at(-1)).toMatchObject({ type: "agentMessage", text: `${name} is done` });
      expect(await readFile(join(rig.workspace.cwd, `${name}.txt`), "utf8")).toBe(`${name}\n`);
    }),
  );
}, 60_000);

describe("a second process", () => {
  /** Runs a turn in a server of its own, which then ends. */
  async function runInServer(rig: CommandRig, text: string, id?: string): Promise<{ id: string; path: string }> {
    await using server = await startServer(rig.workspace);
    const { client } = server;
    const method = id === undefined ? "thread/start" : "thread/resume";
    const { thread } = (await client.request(method, id === undefined ? {} : { threadId: id })) as {
      thread: { id: string; path: string };
    };
    await turnEnd(client, thread.id, await startTurn(client, thread.id, text));
    server.endInput();
    await server.ended;
    return { id: thread.id, path: thread.path };
  }
  const ANSWERS: Script = [[step.text("one")], [step.text("two")], [step.text("three")]];
  const say = (id: string, text: string): unknown => ({
    id,
    status: "completed",
    error: null,
    items: [
      { type: "userMessage", id: expect.any(String), content: [{ type: "text", text: "hello" }] },
      { type: "agentMessage", id: expect.any(String), text },
    ],
  });

  test("resumes a thread by its id and by its path", async () => {
    await using rig = await createRig({ script: ANSWERS, settings: SETTINGS });
    const { id, path } = await runInServer(rig, "hello");
    await runInServer(rig, "hello", id);
    await using server = await startServer(rig.workspace);
    expect(await resumedTurns(server, { threadId: "", path })).toEqual([say("0", "one"), say("1", "two")]);
    expect(await startTurn(server.client, id, "hello")).toBe("2");
  });

  test("skips a torn last line, and goes on behind it", async () => {
    await using rig = await createRig({ script: ANSWERS, settings: SETTINGS });
    const { id, path } = await runInServer(rig, "hello");
    await appendFile(path, '{"timestamp":"2026-01-01T00:00:00.000Z","type":"event","payl');
    await runInServer(rig, "hello", id);
    await using server = await startServer(rig.workspace);
    expect(await resumedTurns(server, { threadId: id })).toEqual([say("0", "one"), say("1", "two")]);
  });

  test("that meets a rollout which cannot be read fails that thread, with file and reason, and no other", async () => {
    await using rig = await createRig({ script: ANSWERS, settings: SETTINGS });
    const broken = await runInServer(rig, "hello");
    const good = await runInServer(rig, "hello");
    await writeFile(broken.path, "no line of this is JSON\n");
    await using server = await startServer(rig.workspace);
    const { client } = server;
    const failure = await client.request("thread/resume", { threadId: broken.id }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: -32600, message: expect.stringContaining(broken.path) });
    expect(await resumedTurns(server, { threadId: good.id })).toEqual([say("0", "two")]);
    const { data } = (await client.request("thread/list", {})) as { data: { id: string }[] };
    expect(data.map((thread) => thread.id)).toEqual([good.id]);
  });

  test("cannot write to a thread that another one has: the error names the holder", async () => {
    await using rig = await createRig({ script: ANSWERS, settings: SETTINGS });
    await using holder = await startServer(rig.workspace);
    const id = await startThread(holder.client);
    await turnEnd(holder.client, id, await startTurn(holder.client, id, "hello"));
    await using other = await startServer(rig.workspace);
    const refused = await other.client.request("thread/resume", { threadId: id }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: -32600, message: expect.stringContaining(`process ${holder.pid}`) });

    holder.endInput();
    await holder.ended;
    expect(await resumedTurns(other, { threadId: id })).toEqual([say("0", "one")]);
  });
});

const mounting = canMount();

describe("a disk that is full", () => {
  test.skipIf(mounting !== null)(
    `fails the turn with the reason, and the server goes on${mounting ?? ""}`,
    async () => {
      await using rig = await createRig({ script: ({ body }) => [step.text(JSON.stringify(body).slice(-20))] });
      const home = join(rig.workspace.base, "small");
      await mkdir(home);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", home]);
      try {
        await writeFile(join(home, "config.toml"), await readFile(join(rig.workspace.home, "config.toml")));
        await using server = await startServer({
          cwd: rig.workspace.cwd,
          env: { ...rig.workspace.env, HEDDLE_HOME: home },
        });
        const { client } = server;
        const id = await startThread(client);
        const turn = await startTurn(client, id, "x".repeat(200_000));
        expect(await turnEnd(client, id, turn)).toMatchObject({
          status: "failed",
          error: { message: expect.stringMatching(/the log cannot be written .*ENOSPC.*free the disk/) },
        });
        expect(await client.request("thread/list", {})).toMatchObject({ nextCursor: null });
        server.endInput();
        expect(await server.ended).toMatchObject({ code: 0 });
      } finally {
        execFileSync("umount", ["--lazy", home]); // whatever still holds a file in it
      }
    },
  );
});

/** Null, or why not. */
function canMount(): string | null {
  if (process.getuid?.() !== 0) return " (skipped: mounting a small disk needs root)";
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
    return null;
  } catch {
    return " (skipped: nothing can be mounted here)";
  }
}

async function startThread(client: ServerProcess["client"]): Promise<string> {
  return ((await client.request("thread/start", {})) as { thread: { id: string } }).thread.id;
}

async function resumedTurns(
  { client }: ServerProcess,
  params: { readonly threadId: string; readonly path?: string },
): Promise<Turn[]> {
  return ((await client.request("thread/resume", { ...params })) as { thread: { turns: Turn[] } }).thread.turns;
}
