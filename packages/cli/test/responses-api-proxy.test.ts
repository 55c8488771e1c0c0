import { scriptedConfig, step, type RecordedRequest } from "@heddle/testkit";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunningProcess } from "./support/built-command.ts";
import { createRig, type CommandRig } from "./support/command-rig.ts";

const KEY = "sk-secret-0123456789";

interface Proxy {
  readonly running: RunningProcess;
  readonly port: number;
  readonly url: string;
}

/** Starts the proxy, its input left open behind the key, and waits for it to listen. */
async function startProxy(rig: CommandRig, args: readonly string[] = []): Promise<Proxy> {
  const upstream = ["--upstream-url", `${rig.model.baseUrl}/responses`];
  const running = rig.start(["responses-api-proxy", ...(args.includes("--upstream-url") ? [] : upstream), ...args], {
    stdin: null,
  });
  running.child.stdin?.write(`${KEY}\n`);
  await running.says("listening on");
  const [, digits = ""] = /listening on 127\.0\.0\.1:(\d+)\n/.exec(running.text.stderr) ?? [];
  return { running, port: Number(digits), url: `http://127.0.0.1:${digits}` };
}

async function startUpstream(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/base/answers`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A request as it is written, which `fetch` would not send. */
async function ask(
  port: number,
  options: { readonly method?: string; readonly path: string; readonly headers?: Record<string, string> },
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const { method, path, headers } = options;
  const request = httpRequest({ host: "127.0.0.1", port, method, path, headers });
  request.flushHeaders();
  const [message]: IncomingMessage[] = await once(request, "response");
  let body = "";
  for await (const chunk of message ?? []) body += String(chunk);
  return { status: message?.statusCode, body };
}

function everythingOf({ text }: RunningProcess): string {
  return text.stdout + text.stderr;
}

test("a run goes through the proxy with a key that it has not got itself", async () => {
  await using rig = await createRig({ script: [[step.text("done")]] });
  const { running, url } = await startProxy(rig);
  const config = scriptedConfig({ baseUrl: `${url}/v1` });
  await rig.workspace.write(rig.workspace.home, { "config.toml": config });

  expect(await rig.run(["exec", "hello"])).toMatchObject({ code: 0, stdout: "done\n" });
  const [asked]: (RecordedRequest | undefined)[] = rig.model.requests.filter(({ method }) => method === "POST");
  expect(asked).toMatchObject({ path: "/v1/responses", headers: { authorization: `Bearer ${KEY}` } });
  running.child.kill("SIGTERM");
  expect(await running.ended).toMatchObject({ code: 0, stdout: "" });
  expect(everythingOf(running)).not.toContain(KEY);
});

test.skipIf(process.platform !== "linux")("the key is in neither arguments nor environment", async () => {
  await using rig = await createRig();
  const { running } = await startProxy(rig);
  for (const file of ["cmdline", "environ"]) {
    const text = await readFile(`/proc/${running.pid}/${file}`, "utf8");
    expect(text).not.toBe("");
    expect(text).not.toContain(KEY);
  }
});

test("body and headers go on as they are, but for the credential and what is about the connection", async () => {
  const asked: unknown[] = [];
  await using upstream = await startUpstream((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const { method, url, headers } = request;
      asked.push({ method, url, headers, body: Buffer.concat(chunks) });
      response.writeHead(429, { "retry-after": "7", "x-request-id": "req_1", "set-cookie": "a=b" }).end("later");
    });
  });
  await using rig = await createRig();
  const { url } = await startProxy(rig, ["--upstream-url", upstream.url]);
  const body = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff]);
  const reply = await fetch(`${url}/v1/responses`, {
    method: "POST",
    headers: { authorization: "Bearer dummy", "content-encoding": "zstd", "x-own": "1", "proxy-authorization": "x" },
    body,
  });
  expect({ status: reply.status, text: await reply.text() }).toEqual({ status: 429, text: "later" });
  const { "retry-after": retryAfter, "x-request-id": id, "set-cookie": cookie } = Object.fromEntries(reply.headers);
  expect({ retryAfter, id, cookie }).toEqual({ retryAfter: "7", id: "req_1", cookie: undefined });
  expect(asked).toEqual([
    {
      method: "POST",
      url: "/base/answers",
      headers: expect.objectContaining({
        authorization: `Bearer ${KEY}`,
        host: new URL(upstream.url).host,
        "content-encoding": "zstd",
        "content-length": "6",
        "x-own": "1",
      }),
      body,
    },
  ]);
  expect(asked).not.toMatchObject([{ headers: { "proxy-authorization": expect.anything() } }]);
});

test("an answer is streamed: its first part is here before the upstream has made the next", async () => {
  let goOn = (): void => {};
  await using upstream = await startUpstream((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: one\n\n");
    goOn = () => response.end("data: two\n\n");
  });
  await using rig = await createRig();
  const { url } = await startProxy(rig, ["--upstream-url", upstream.url]);
  const reply = await fetch(`${url}/v1/responses`, { method: "POST", body: "{}" });
  const parts: string[] = [];
  const decoder = new TextDecoder();
  for await (const chunk of reply.body ?? []) {
    parts.push(decoder.decode(chunk));
    goOn();
  }
  expect({ type: reply.headers.get("content-type"), parts }).toEqual({
    type: "text/event-stream",
    parts: ["data: one\n\n", "data: two\n\n"],
  });
});

test("a client that goes takes its request to the upstream with it", async () => {
  let onClose = (): void => {};
  const gone = new Promise<string>((resolve) => (onClose = () => resolve("closed")));
  await using upstream = await startUpstream((_, response) => {
    response.once("close", onClose).writeHead(200).write("one");
  });
  await using rig = await createRig();
  const { url } = await startProxy(rig, ["--upstream-url", upstream.url]);
  const leave = new AbortController();
  await fetch(`${url}/v1/responses`, { method: "POST", body: "{}", signal: leave.signal });
  leave.abort();
  expect(await gone).toBe("closed");
});

test("a request that would take too much memory is refused before it is read", async () => {
  await using rig = await createRig();
  const { port } = await startProxy(rig);
  const headers = { "content-length": String(64 * 1024 * 1024 + 1) };
  const { status } = await ask(port, { method: "POST", path: "/v1/responses", headers });
  expect({ status, asked: rig.model.requests }).toEqual({ status: 413, asked: [] });
});

test("an answer that breaks off breaks off here, and one that does not come is a 502 with the reason", async () => {
  let answers = 0;
  await using upstream = await startUpstream((_, response) => {
    answers += 1;
    if (answers > 1) response.destroy();
    else response.writeHead(200).write("one", () => response.destroy());
  });
  await using rig = await createRig();
  const { url, running } = await startProxy(rig, ["--upstream-url", upstream.url]);
  const broken = await fetch(`${url}/v1/responses`, { method: "POST", body: "{}" });
  await expect(broken.text()).rejects.toThrow("terminated");
  const none = await fetch(`${url}/v1/responses`, { method: "POST", body: "{}" });
  expect({ status: none.status, body: await none.json() }).toEqual({
    status: 502,
    body: { error: { message: expect.stringContaining(`url (${upstream.url})`) } },
  });
  expect(everythingOf(running)).not.toContain(KEY);
});

describe("everything else is answered 403 and goes nowhere:", () => {
  test.each([
    { what: "another method", method: "GET", path: "/v1/responses" },
    { what: "another path", method: "POST", path: "/v1/chat/completions" },
    { what: "a query", method: "POST", path: "/v1/responses?x=1" },
    { what: "a path below", method: "POST", path: "/v1/responses/compact" },
    { what: "a whole address", method: "POST", path: "http://127.0.0.1/v1/responses" },
    { what: "a web page's request", path: "/v1/responses", method: "POST", headers: { origin: "http://evil.test" } },
    { what: "a browser's request", path: "/v1/responses", method: "POST", headers: { "sec-fetch-site": "none" } },
    { what: "a name that leads here", path: "/v1/responses", method: "POST", headers: { host: "evil.test" } },
    { what: "shutdown, where it is not switched on", method: "GET", path: "/shutdown" },
  ])("$what", async (request) => {
    await using rig = await createRig();
    const { port } = await startProxy(rig);
    expect(await ask(port, request)).toEqual({ status: 403, body: expect.stringMatching(/^\{"error":\{"message":/) });
    expect(rig.model.requests).toEqual([]);
  });
});

test("--server-info says port and process, and GET /shutdown ends it, whatever is under way", async () => {
  await using upstream = await startUpstream((_, response) => void response.writeHead(200).write("one"));
  await using rig = await createRig();
  const args = ["--http-shutdown", "--server-info", "proxy.json", "--upstream-url", upstream.url];
  const { port, url, running } = await startProxy(rig, args);
  const info = await readFile(join(rig.workspace.cwd, "proxy.json"), "utf8");
  expect(info).toBe(`{"port":${port},"pid":${running.pid}}\n`);
  const reply = await fetch(`${url}/v1/responses`, { method: "POST", body: "{}" });

  expect(await ask(port, { path: "/shutdown", headers: { origin: "http://evil.test" } })).toMatchObject({
    status: 403,
  });
  expect(await ask(port, { method: "POST", path: "/shutdown" })).toMatchObject({ status: 403 });
  expect(await ask(port, { path: "/shutdown" })).toEqual({ status: 200, body: "" });
  await expect(reply.text()).rejects.toThrow("terminated");
  expect(await running.ended).toMatchObject({ code: 0, stdout: "" });
  expect(await rig.lingering()).toEqual([]);
});

test("it listens on the port that it is given, and says when it cannot", async () => {
  await using rig = await createRig();
  const { port } = await startProxy(rig);
  const args = ["responses-api-proxy", "--port", String(port)];
  const stderr = expect.stringMatching(/^Error: cannot listen: .*EADDRINUSE/);
  expect(await rig.run(args, { stdin: KEY })).toMatchObject({ code: 1, stderr });
});

test.each([
  { what: "no key", stdin: "", code: 1, reason: "No API key provided via stdin.\n" },
  { what: "an empty line", stdin: "\nsk-1\n", code: 1, reason: "No API key provided via stdin.\n" },
  { what: "something else than a key", stdin: "sk-1 sk-2", code: 1, reason: "The first line of standard input is no" },
  { what: "a port that is none", args: ["--port", "70000"], code: 2, reason: "0 to 65535 is expected" },
  {
    what: "an upstream that is none",
    args: ["--upstream-url", "ftp://x"],
    code: 2,
    reason: "An http or https address",
  },
  { what: "a login in it", args: ["--upstream-url", "https://a:b@x"], code: 2, reason: "without a login" },
  { what: "an option twice", args: ["--port", "0", "--port", "0"], code: 2, reason: "multiple times" },
  { what: "a place where no file can be", args: ["--server-info", "no/x"], code: 1, reason: "Error: ENOENT" },
])("$what is an error", async ({ args = [], stdin = KEY, code, reason }) => {
  await using rig = await createRig();
  const ended = await rig.run(["responses-api-proxy", ...args], { stdin });
  expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(reason) });
  expect(ended.stderr).not.toContain("sk-");
});
