import { createServer, type ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { never, remote, startServers } from "./support/servers.ts";

type Fault = (response: ServerResponse, answer: string) => void;

interface FaultyServer extends AsyncDisposable {
  readonly url: string;
  /** The methods that came, in order. */
  readonly heard: readonly string[];
}

/** A server over HTTP that answers as it should but for the tool `fail`, the answer to which is spoilt. */
async function startFaulty(fault: Fault): Promise<FaultyServer> {
  const heard: string[] = [];
  const results: Readonly<Record<string, unknown>> = {
    initialize: { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "f", version: "1" } },
    "tools/list": { tools: ["fail", "work"].map((name) => ({ name, inputSchema: { type: "object" } })) },
    "tools/call": { content: [{ type: "text", text: "worked" }] },
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (request.method !== "POST") return response.writeHead(405).end();
      const message = JSON.parse(Buffer.concat(parts).toString()) as {
        id?: number;
        method: string;
        params?: { name?: string };
      };
      heard.push(message.method);
      if (message.id === undefined) return response.writeHead(202).end();
      const answer = JSON.stringify({ jsonrpc: "2.0", id: message.id, result: results[message.method] });
      if (message.params?.name === "fail") return fault(response, answer);
      return response.writeHead(200, { "content-type": "application/json" }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const stream = { "content-type": "text/event-stream" };
const ENDED = /^tools\/call failed: .*the server ended the connection without an answer$/;
const FAILING: readonly (readonly [string, Fault, RegExp])[] = [
  ["never answers", () => {}, /^timed out awaiting tools\/call after 1s$/],
  ["breaks the connection off", (response) => response.destroy(), /^tools\/call failed: /],
  [
    "breaks off in the middle of an answer",
    (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
      response.write('{"jsonrpc"', () => response.destroy());
    },
    /^tools\/call failed: /,
  ],
  [
    "answers something that is no JSON",
    (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"jsonrpc": '),
    /^tools\/call failed: /,
  ],
  [
    "answers a page",
    (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    /^tools\/call failed: /,
  ],
  ["answers with an error of HTTP", (response) => response.writeHead(500).end("boom"), /^tools\/call failed: /],
  ["ends a stream without an answer", (response) => response.writeHead(200, stream).end(), ENDED],
  [
    "breaks a stream off",
    (response) => {
      response.writeHead(200, stream);
      response.write(": a comment\n\n", () => response.destroy());
    },
    ENDED,
  ],
];

const call = (tool: string) => ({ server: "s", tool, arguments: null, signal: never });

describe("a server over HTTP that", () => {
  test.each(FAILING)("%s fails that call, and serves the next one", async (_, fault, reason) => {
    await using server = await startFaulty(fault);
    await using started = startServers({ s: remote(server.url, { toolTimeoutMs: 1_000 }) });
    const error: unknown = await started.servers.call(call("fail")).catch((error: unknown) => error);
    expect(error instanceof Error ? error.message : error).toMatch(reason);
    expect(await started.servers.call(call("work"))).toMatchObject({ content: [{ text: "worked" }] });
  });

  test("does not answer in time is told that nobody waits any more", async () => {
    await using server = await startFaulty(() => {});
    await using started = startServers({ s: remote(server.url, { toolTimeoutMs: 100 }) });
    await expect(started.servers.call(call("fail"))).rejects.toThrow("timed out awaiting tools/call");
    await started.servers.call(call("work"));
    expect(server.heard.filter((method) => method !== "notifications/initialized")).toEqual([
      "initialize",
      "tools/list",
      "tools/call",
      "notifications/cancelled",
      "tools/call",
    ]);
  });

  test.each<readonly [string, Fault]>([
    [
      "floods its answer with notifications",
      (response, answer) => {
        response.writeHead(200, stream);
        const noise = { jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "x" } };
        for (let at = 0; at < 20_000; at += 1) response.write(`data: ${JSON.stringify(noise)}\n\n`);
        response.end(`data: ${answer}\n\n`);
      },
    ],
    [
      "puts events that are no messages in front of its answer",
      (response, answer) => {
        response.writeHead(200, stream).end(`data: {"broken\n\n: a comment\n\ndata: [1]\n\ndata: ${answer}\n\n`);
      },
    ],
    [
      "sends its answer byte by byte",
      (response, answer) => {
        response.writeHead(200, stream);
        for (const byte of `data: ${answer}\n\n`) response.write(byte);
        response.end();
      },
    ],
  ])("%s is understood all the same", async (_, fault) => {
    await using server = await startFaulty(fault);
    await using started = startServers({ s: remote(server.url) });
    expect(await started.servers.call(call("fail"))).toMatchObject({ content: [{ text: "worked" }] });
  });

  test("never answers the handshake is given up after its limit", async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    await using started = startServers({ s: remote(`http://127.0.0.1:${port}/mcp`, { startupTimeoutMs: 200 }) });
    await started.until(() => started.statuses.at(-1)?.status.state === "failed");
    expect(started.statuses.at(-1)?.status).toMatchObject({
      error: expect.stringMatching(/^MCP client for `s` timed out after 0.2 seconds\./),
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
