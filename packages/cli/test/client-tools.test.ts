import { step, type Script } from "@heddle/testkit";
import { threadId as asThreadId } from "@heddle/protocol";
import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";
import { startTurn, turnEnd } from "./support/threads.ts";
import type { WireClient } from "./support/wire.ts";

const WEATHER = {
  type: "function",
  name: "weather",
  description: "Tells the weather.",
  inputSchema: { type: "object", properties: { place: { type: "string" } }, required: ["place"] },
};
const CALL: Script = [[step.functionCall("call_1", "weather", { place: "Kiel" })], [step.text("done")]];

async function startWith(client: WireClient, heddle: TestHeddle, dynamicTools: readonly object[]): Promise<string> {
  const params = { cwd: heddle.cwd, dynamicTools: JSON.parse(JSON.stringify(dynamicTools)) };
  const { thread } = (await client.request("thread/start", params)) as { thread: { id: string } };
  return thread.id;
}

/** What the last request to the model says about calls, and what it was offered. */
function lastRequest({ model }: TestHeddle): { outputs: unknown[]; tools: unknown[] } {
  const body = model.requests.at(-1)?.body as {
    input: { type: string; output?: unknown }[];
    tools: { name?: string }[];
  };
  return {
    outputs: body.input.filter(({ type }) => type === "function_call_output").map(({ output }) => output),
    tools: body.tools.map(({ name }) => name),
  };
}

describe("a tool that the client provides", () => {
  test("is offered, shown as an item, run by the client, and its answer goes to the model", async () => {
    await using heddle = await startHeddle({ script: CALL });
    const client = await heddle.connect({});
    client.answer("item/tool/call", (params) => ({
      success: true,
      contentItems: [{ type: "inputText", text: `rain in ${(params["arguments"] as { place: string }).place}` }],
    }));
    const threadId = await startWith(client, heddle, [WEATHER]);
    const turnId = await startTurn(client, threadId, "go");
    await turnEnd(client, threadId, turnId);

    expect(await client.hear("item/tool/call")).toEqual({
      ...{ threadId, turnId, callId: "call_1", namespace: null, tool: "weather", arguments: { place: "Kiel" } },
    });
    const item = {
      ...{ type: "dynamicToolCall", id: "call_1", namespace: null, tool: "weather", arguments: { place: "Kiel" } },
    };
    const shown = client.heard.filter(({ params }) => JSON.stringify(params["item"])?.includes("dynamicToolCall"));
    expect(shown.map(({ method, params }) => [method, params["item"]])).toEqual([
      ["item/started", { ...item, status: "inProgress", contentItems: null, success: null, durationMs: null }],
      [
        "item/completed",
        {
          ...item,
          status: "completed",
          contentItems: [{ type: "inputText", text: "rain in Kiel" }],
          success: true,
          durationMs: expect.any(Number),
        },
      ],
    ]);
    expect(lastRequest(heddle)).toEqual({ outputs: ["rain in Kiel"], tools: expect.arrayContaining(["weather"]) });
  });

  test("is asked of its own client only; when that one is gone, of whoever follows", async () => {
    const script: Script = [...CALL, [step.functionCall("call_2", "weather", { place: "Bern" })], [step.text("done")]];
    await using heddle = await startHeddle({ script });
    const [owner, other] = [await heddle.connect({}), await heddle.connect({})];
    const say = (text: string) => (): unknown => ({ success: true, contentItems: [{ type: "inputText", text }] });
    owner.answer("item/tool/call", say("from the owner"));
    other.answer("item/tool/call", say("from the other"));
    const threadId = await startWith(owner, heddle, [WEATHER]);
    await other.request("thread/resume", { threadId });
    await turnEnd(owner, threadId, await startTurn(owner, threadId, "one"));
    expect(lastRequest(heddle).outputs).toEqual(["from the owner"]);
    await owner.peer.close();
    await turnEnd(other, threadId, await startTurn(other, threadId, "two"));
    expect(lastRequest(heddle).outputs).toEqual(["from the owner", "from the other"]);
  });

  test.each([
    ["an error", () => Promise.reject(new Error("no idea")), "gave no answer"],
    ["nonsense", () => "nonsense", "gave no answer"],
    [
      "a failure",
      () => ({ success: false, contentItems: [{ type: "inputText", text: "out of order" }] }),
      "out of order",
    ],
  ])("that answers with %s has failed, and the model is told", async (_what, answer, told) => {
    await using heddle = await startHeddle({ script: CALL });
    const client = await heddle.connect({});
    client.answer("item/tool/call", answer);
    const threadId = await startWith(client, heddle, [WEATHER]);
    const { status } = await turnEnd(client, threadId, await startTurn(client, threadId, "go"));
    expect(status).toBe("completed");
    expect(lastRequest(heddle).outputs).toEqual([expect.stringContaining(told)]);
    const said = await client.hear("item/completed", (params) => JSON.stringify(params).includes("dynamicToolCall"));
    expect(said).toMatchObject({ item: { status: "failed", success: false } });
  });

  test("is still there when the thread is resumed or copied, for the client that does so", async () => {
    await using heddle = await startHeddle({ script: [...CALL, ...CALL, ...CALL] });
    const [owner, later] = [await heddle.connect({}), await heddle.connect({})];
    const say = (text: string) => (): unknown => ({ success: true, contentItems: [{ type: "inputText", text }] });
    owner.answer("item/tool/call", say("from the owner"));
    later.answer("item/tool/call", say("from the later one"));
    const threadId = await startWith(owner, heddle, [
      WEATHER,
      { type: "namespace", name: "sky", description: "Above.", tools: [WEATHER] },
    ]);
    await turnEnd(owner, threadId, await startTurn(owner, threadId, "one"));
    await heddle.runtime.engine.unloadThread(asThreadId(threadId));

    await later.request("thread/resume", { threadId });
    await turnEnd(later, threadId, await startTurn(later, threadId, "two"));
    expect(lastRequest(heddle)).toEqual({
      outputs: ["from the owner", "from the later one"],
      tools: expect.arrayContaining(["weather", "sky__weather"]),
    });

    const { thread } = (await later.request("thread/fork", { threadId })) as { thread: { id: string } };
    await turnEnd(later, thread.id, await startTurn(later, thread.id, "three"));
    expect(lastRequest(heddle).outputs).toEqual(["from the owner", "from the later one", "from the later one"]);
  });

  test("of a rollout that nobody understands is left out, one without a type is a function", async () => {
    await using heddle = await startHeddle({ script: [[step.text("one")], [step.text("two")]] });
    const client = await heddle.connect({});
    const threadId = await startWith(client, heddle, [WEATHER]);
    await turnEnd(client, threadId, await startTurn(client, threadId, "one"));
    const path = (await heddle.runtime.engine.store.find(asThreadId(threadId))) ?? "";
    await heddle.runtime.engine.unloadThread(asThreadId(threadId));
    const { type: _, ...untyped } = WEATHER;
    const strange = [{ ...WEATHER, name: "with blank" }, { ...untyped, name: "old" }, { type: "machine" }, 5];
    await writeFile(path, (await readFile(path, "utf8")).replace(JSON.stringify([WEATHER]), JSON.stringify(strange)));
    await client.request("thread/resume", { threadId });
    await turnEnd(client, threadId, await startTurn(client, threadId, "two"));
    const { tools } = lastRequest(heddle);
    expect(tools.filter((name) => ["weather", "with blank", "old"].includes(String(name)))).toEqual(["old"]);
  });

  test("that waits is given up with its turn", async () => {
    await using heddle = await startHeddle({ script: CALL });
    const client = await heddle.connect({});
    const threadId = await startWith(client, heddle, [WEATHER]);
    const turnId = await startTurn(client, threadId, "go");
    await client.hear("item/tool/call");
    await client.request("turn/interrupt", { threadId, turnId });
    expect(await turnEnd(client, threadId, turnId)).toMatchObject({ status: "interrupted" });
    expect(await client.hear("serverRequest/resolved")).toMatchObject({ threadId });
    const said = await client.hear("item/completed", (params) => JSON.stringify(params).includes("dynamicToolCall"));
    expect(said).toMatchObject({ item: { status: "failed" } });
  });

  test("of a namespace is called by both names", async () => {
    const script: Script = [[step.functionCall("call_1", "sky__weather", { place: "Kiel" })], [step.text("done")]];
    await using heddle = await startHeddle({ script });
    const client = await heddle.connect({});
    client.answer("item/tool/call", () => ({ success: true, contentItems: [] }));
    const threadId = await startWith(client, heddle, [
      { type: "namespace", name: "sky", description: "Above.", tools: [WEATHER] },
    ]);
    await turnEnd(client, threadId, await startTurn(client, threadId, "go"));
    expect(await client.hear("item/tool/call")).toMatchObject({ namespace: "sky", tool: "weather" });
  });

  test("whose name or schema no model could be told is refused", async () => {
    await using heddle = await startHeddle({ script: CALL });
    const client = await heddle.connect({});
    await expect(startWith(client, heddle, [{ ...WEATHER, name: "with blank" }])).rejects.toThrow("no name for a tool");
    await expect(startWith(client, heddle, [{ ...WEATHER, inputSchema: 5 }])).rejects.toThrow("is no object");
  });
});

describe("a question of the model to the person", () => {
  const QUESTION = { id: "colour", header: "Colour", question: "Which colour?" };
  const ASK: Script = [
    [step.functionCall("call_1", "request_user_input", { questions: [QUESTION] })],
    [step.text("done")],
  ];

  test("is put to every client that may answer; the first answer goes to the model, the others are told", async () => {
    await using heddle = await startHeddle({ script: ASK });
    const [first, second] = [await heddle.connect({ experimentalApi: true }), await heddle.connect({})];
    const threadId = await startWith(first, heddle, []);
    await second.request("thread/resume", { threadId });
    const turnId = await startTurn(first, threadId, "go");
    const params = await first.hear("item/tool/requestUserInput");
    expect(params).toEqual({
      ...{ threadId, turnId, itemId: "call_1", isBlocking: true, autoResolutionMs: null },
      questions: [{ ...QUESTION, options: null, isOther: true, isSecret: false }],
    });
    await second.hear("thread/status/changed", ({ status }) => JSON.stringify(status).includes("waitingOnUserInput"));
    const third = await heddle.connect({});
    third.answer("item/tool/requestUserInput", () => ({ answers: { colour: { answers: ["red"] } } }));
    await third.request("thread/resume", { threadId });
    await first.hear("serverRequest/resolved");
    await second.hear("serverRequest/resolved");
    await turnEnd(first, threadId, turnId);
    expect(lastRequest(heddle).outputs).toEqual(['{"answers":{"colour":{"answers":["red"]}}}']);
  });

  test("is not offered for a client that does not know it", async () => {
    await using heddle = await startHeddle({ script: [[step.text("hello")]] });
    const threadId = await heddle.startThread();
    await heddle.runTurn(threadId, "go");
    expect(lastRequest(heddle).tools).not.toContain("request_user_input");
  });
});
