import { builtInProviders, LOCAL_MODELS, ModelError, prepareLocalModel, type LocalPreparation } from "@heddle/models";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { calm, collect, testClient, testRequest } from "./client-fixture.ts";
import { listen } from "./server.ts";

interface LocalStandIn extends AsyncDisposable {
  readonly port: number;
  /** Method, path and body of each request. */
  readonly asked: readonly string[];
}

/** Answers each path as told, line by line; anything else with 404. */
async function startLocal(answers: Readonly<Record<string, object | readonly object[]>>): Promise<LocalStandIn> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      asked.push([request.method, request.url, body].filter((part) => part !== "").join(" "));
      const answer = answers[request.url ?? ""];
      if (answer === undefined) {
        response.writeHead(404).end('{"error":"no such path"}');
        return;
      }
      for (const line of [answer].flat()) response.write(`${JSON.stringify(line)}\n`);
      response.end();
    });
  });
  return { ...(await listen(server)), asked };
}

async function prepare(
  id: "ollama" | "lmstudio",
  port: number,
  more: Partial<LocalPreparation> = {},
): Promise<{ readonly told: readonly string[]; readonly failure: string | null }> {
  const env = { CODEX_OSS_PORT: String(port) };
  const provider = builtInProviders(env)[id];
  if (provider === undefined) throw new Error("no such provider");
  const told: string[] = [];
  try {
    const { background } = await prepareLocalModel({
      // Not every machine resolves `localhost` to the address that the stand-in listens on.
      provider: { ...provider, baseUrl: provider.baseUrl?.replace("localhost", "127.0.0.1") ?? null },
      model: LOCAL_MODELS[id],
      env,
      signal: new AbortController().signal,
      tell: (line) => told.push(line),
      runLms: () => Promise.reject(new Error("not expected")),
      ...more,
    });
    await background;
    return { told, failure: null };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    expect(error.failure.kind).toBe("localServer");
    return { told, failure: error.message };
  }
}

test("Ollama that has the model is only asked", async () => {
  await using ollama = await startLocal({ "/v1/models": {}, "/api/tags": { models: [{ name: "gpt-oss:20b" }] } });
  expect(await prepare("ollama", ollama.port)).toEqual({ told: [], failure: null });
  expect(ollama.asked).toEqual(["GET /v1/models", "GET /api/tags"]);
});

test("a model that Ollama does not have is pulled, and people see how far it is", async () => {
  await using ollama = await startLocal({
    "/v1/models": {},
    "/api/tags": { models: [] },
    "/api/pull": [
      { status: "pulling manifest" },
      { status: "pulling abc", completed: 10, total: 200 },
      { status: "pulling abc", completed: 19, total: 200 },
      { status: "pulling abc", completed: 200, total: 200 },
      { status: "success" },
    ],
  });
  expect(await prepare("ollama", ollama.port)).toEqual({
    told: [
      "Ollama does not have gpt-oss:20b yet: pulling it",
      "pulling manifest",
      "pulling abc: 0 %",
      "pulling abc: 100 %",
      "success",
    ],
    failure: null,
  });
  expect(ollama.asked.at(-1)).toBe('POST /api/pull {"model":"gpt-oss:20b","stream":true}');
});

test("a pull that fails or breaks off says so", async () => {
  const answers = { "/v1/models": {}, "/api/tags": { models: [] } };
  await using failing = await startLocal({ ...answers, "/api/pull": [{ error: "no such model" }] });
  expect((await prepare("ollama", failing.port)).failure).toBe("Ollama cannot pull gpt-oss:20b: no such model");
  await using broken = await startLocal({ ...answers, "/api/pull": [{ status: "pulling abc" }] });
  expect((await prepare("ollama", broken.port)).failure).toMatch(/^Ollama broke off pulling gpt-oss:20b/);
});

test("a server that is not running is missed with what to do", async () => {
  const server = await startLocal({});
  await server[Symbol.asyncDispose]();
  const at = `http://127.0.0.1:${server.port}`;
  expect((await prepare("ollama", server.port)).failure).toBe(
    `Ollama is not running at ${at}. Start it with \`ollama serve\`, or install it from https://ollama.com/download`,
  );
  expect((await prepare("lmstudio", server.port)).failure).toBe(
    `LM Studio is not running at ${at}. Start its server with \`lms server start\`, or install it from https://lmstudio.ai/download`,
  );
});

test("LM Studio gets a model by its own program, and loads it with a request of one token", async () => {
  await using studio = await startLocal({ "/v1/models": { data: [] }, "/v1/responses": {} });
  const ran: (readonly string[])[] = [];
  const runLms: LocalPreparation["runLms"] = (args) => {
    ran.push(args);
    return Promise.resolve({ exitCode: 0 });
  };
  expect((await prepare("lmstudio", studio.port, { runLms })).failure).toBe(null);
  expect(ran).toEqual([["get", "--yes", "openai/gpt-oss-20b"]]);
  expect(studio.asked).toEqual([
    "GET /v1/models",
    'POST /v1/responses {"model":"openai/gpt-oss-20b","input":"","max_output_tokens":1}',
  ]);
  const none = await prepare("lmstudio", studio.port, { runLms: () => Promise.resolve(null) });
  expect(none.failure).toContain("`lms` is not installed");
  const failing = await prepare("lmstudio", studio.port, { runLms: () => Promise.resolve({ exitCode: 3 }) });
  expect(failing.failure).toBe("`lms get --yes openai/gpt-oss-20b` failed with exit code 3");
});

test("LM Studio that has the model is asked for no other", async () => {
  await using studio = await startLocal({
    "/v1/models": { data: [{ id: "openai/gpt-oss-20b" }] },
    "/v1/responses": {},
  });
  expect(await prepare("lmstudio", studio.port)).toEqual({ told: [], failure: null });
});

test("a request to a local server that is not running says how it is started", async () => {
  const baseUrl = "http://127.0.0.1:9/v1";
  for (const [id, remedy] of [
    ["ollama", "Is Ollama running? Start it with `ollama serve`"],
    ["lmstudio", "Is LM Studio running? Start its server with `lms server start`"],
    ["other", null],
  ] as const) {
    const { client } = testClient({ id, baseUrl, wireApi: "chat" });
    const { error } = await collect(client.stream(testRequest(), calm()));
    client.close();
    expect(error).toMatchObject({ failure: { kind: "network" } });
    expect(String(error).includes("Is ")).toBe(remedy !== null);
    expect(String(error)).toContain(remedy ?? "ECONNREFUSED");
  }
});
