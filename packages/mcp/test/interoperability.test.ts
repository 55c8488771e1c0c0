import {
  acceptedContent,
  createMcpHandler,
  inputRequired,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Elicitation, JsonObject, McpServerConfig } from "@heddle/mcp";
import { never, remote, scripted, startServers, type StartedServers } from "./support/servers.ts";

/** A published server that runs on stdio. */
function published(name: string, ...args: string[]): McpServerConfig {
  const script = fileURLToPath(import.meta.resolve(`@modelcontextprotocol/${name}/dist/index.js`));
  const transport = { command: process.execPath, args: [script, ...args], env: null, envVars: [], cwd: null };
  return { ...scripted(), startupTimeoutMs: 20_000, transport: { type: "stdio", ...transport } };
}

const call = (
  { servers }: StartedServers,
  tool: string,
  args: JsonObject = {},
  onProgress?: (message: string) => void,
): ReturnType<StartedServers["servers"]["call"]> =>
  servers.call({
    server: "s",
    tool,
    arguments: args,
    signal: never,
    ...(onProgress === undefined ? {} : { onProgress }),
  });

describe("the published server with everything", () => {
  test("answers with text, structured content, pictures and links", async () => {
    await using started = startServers({ s: published("server-everything") });
    expect(await call(started, "echo", { message: "hi" })).toEqual({
      content: [{ type: "text", text: "Echo: hi" }],
      structuredContent: null,
      isError: false,
    });
    expect(await call(started, "get-structured-content", { location: "Chicago" })).toMatchObject({
      structuredContent: { temperature: expect.any(Number), conditions: expect.any(String) },
    });
    const { content } = await call(started, "get-tiny-image");
    expect(content.map(({ type }) => type)).toContain("image");
    expect(await call(started, "echo", {})).toMatchObject({ isError: true });
  });

  test("tells its progress", async () => {
    await using started = startServers({ s: published("server-everything") });
    const words: string[] = [];
    const args = { duration: 0.2, steps: 2 };
    await call(started, "trigger-long-running-operation", args, (word) => words.push(word));
    expect(words[0]).toBe("1/2");
  });

  test("lists and reads its resources", async () => {
    await using started = startServers({ s: published("server-everything") });
    await started.servers.settled(never);
    const [list] = await started.servers.listAllResources("resources", never);
    const uri = list?.entries[0]?.["uri"];
    if (typeof uri !== "string") throw new Error("the server lists no resource");
    expect(await started.servers.readResource("s", uri, never)).toMatchObject([{ uri }]);
    const { entries } = await started.servers.listResources("s", "resourceTemplates", { cursor: null, signal: never });
    expect(entries.length).toBeGreaterThan(0);
  });

  test("asks a person, with a form and with a link", async () => {
    const modes: string[] = [];
    await using started = startServers(
      { s: published("server-everything") },
      {
        elicit: async (_server, question) => {
          modes.push(question.mode);
          return {
            action: "accept",
            content: question.mode === "form" ? { name: "Ada", check: true, integer: 7 } : null,
          };
        },
      },
    );
    expect(JSON.stringify((await call(started, "trigger-elicitation-request")).content)).toContain("Ada");
    await call(started, "trigger-url-elicitation", { url: "https://example.com/x", message: "go there" });
    expect(modes).toEqual(["form", "url"]);
  });
});

test("the published server for files reads and writes in its folder, and marks what destroys", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "heddle-mcp-")));
  try {
    await using started = startServers({ s: published("server-filesystem", folder) });
    const path = join(folder, "a.txt");
    await call(started, "write_file", { path, content: "hello" });
    expect(await readFile(path, "utf8")).toBe("hello");
    expect(await call(started, "read_text_file", { path })).toMatchObject({
      content: [{ text: "hello" }],
      isError: false,
    });
    expect(await call(started, "read_text_file", { path: "/etc/hostname" })).toMatchObject({ isError: true });
    const marks = new Map(started.servers.tools().map(({ tool }) => [tool.name, tool]));
    expect(marks.get("write_file")).toMatchObject({ destructive: true, readOnly: false });
    expect(marks.get("read_text_file")).toMatchObject({ destructive: false, readOnly: true });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(["with sessions", "that knows the newest revision alone"] as const)(
  "an official server %s is spoken to over HTTP",
  async (kind) => {
    await using official = await startOfficial(kind === "with sessions");
    await using started = startServers({ s: remote(official.url) });
    expect(await call(started, "now")).toMatchObject({ content: [{ type: "text", text: "noon" }], isError: false });
  },
);

test.each(["with sessions", "that knows the newest revision alone"] as const)(
  "an official server %s asks a person over HTTP, and the limit of the call stands still meanwhile",
  async (kind) => {
    await using official = await startOfficial(kind === "with sessions");
    const asked: Elicitation[] = [];
    await using started = startServers(
      { s: remote(official.url, { toolTimeoutMs: 1_000 }), t: scripted("plain", { toolTimeoutMs: 1_000 }) },
      {
        async elicit(_server, question) {
          asked.push(question);
          // A call of another server, begun after the question, runs out of its time meanwhile.
          const hang = started.servers.call({ server: "t", tool: "hang", arguments: null, signal: never });
          await expect(hang).rejects.toThrow("timed out awaiting tools/call after 1s");
          return { action: "accept", content: question.mode === "form" ? { name: "Ada" } : null };
        },
      },
    );
    expect(await call(started, "ask")).toMatchObject({ content: [{ type: "text", text: "Ada" }], isError: false });
    expect(await call(started, "open")).toMatchObject({ content: [{ type: "text", text: "opened" }], isError: false });
    expect(asked).toMatchObject([
      { mode: "form", message: "who are you?", requestedSchema: { properties: { name: { type: "string" } } } },
      { mode: "url", message: "go there", url: "https://example.com/x" },
    ]);
  },
);

describe("a server that knows the newest revision alone", () => {
  const names = ({ servers }: StartedServers): string[] => servers.tools().map(({ tool }) => tool.name);

  test("is spoken to on stdio, and tells when its tools have changed", async () => {
    const args = [fileURLToPath(new URL("support/newest-mcp-server.mjs", import.meta.url))];
    const program = { type: "stdio", command: process.execPath, args, env: null, envVars: [], cwd: null } as const;
    await using started = startServers({ s: { ...scripted(), transport: program } });
    expect(await call(started, "echo")).toMatchObject({ content: [{ type: "text", text: "echoed" }] });
    expect(names(started)).toEqual(["echo", "grow"]);
    await call(started, "grow");
    await started.until(() => names(started).includes("more"));
    expect(names(started)).toEqual(["echo", "grow", "more"]);
  });

  test("tells over HTTP when its tools have changed, also after its stream was cut", async () => {
    await using official = await startOfficial(false);
    await using started = startServers({ s: remote(official.url) });
    await started.servers.settled(never);
    await official.someoneListens();
    official.grow("second");
    await started.until(() => names(started).includes("second"));
    official.cutStreams();
    official.grow("third"); // nobody hears of it but by looking again
    await started.until(() => names(started).includes("third"));
    expect(names(started)).toEqual(["ask", "now", "open", "second", "third"]);
  });
});

/** An `McpServer` of the official SDK behind a port of Node. */
async function startOfficial(sessions: boolean): Promise<Official> {
  const more: string[] = [];
  const streams = new Set<ServerResponse>();
  let heard = (): void => {};
  const listening = new Promise<void>((resolve) => (heard = resolve));
  const create = (): McpServer => {
    const server = new McpServer({ name: "official", version: "1" });
    server.registerTool("now", { description: "tells the time" }, () => ({
      content: [{ type: "text", text: "noon" }],
    }));
    server.registerTool("ask", { description: "asks for a name" }, ({ mcpReq: { inputResponses } }) => {
      const given = acceptedContent<{ name: string }>(inputResponses, "who");
      if (given !== undefined) return { content: [{ type: "text", text: given.name }] };
      const requestedSchema = { type: "object" as const, properties: { name: { type: "string" as const } } };
      const who = inputRequired.elicit({ message: "who are you?", requestedSchema });
      return inputRequired({ inputRequests: { who } });
    });
    server.registerTool("open", { description: "has an address opened" }, ({ mcpReq: { inputResponses } }) => {
      if (inputResponses !== undefined) return { content: [{ type: "text", text: "opened" }] };
      const there = inputRequired.elicitUrl({ message: "go there", url: "https://example.com/x" });
      return inputRequired({ inputRequests: { there } });
    });
    for (const name of more) server.registerTool(name, { description: "was added" }, () => ({ content: [] }));
    return server;
  };
  const { serve, close, toolsChanged } = sessions ? await withSessions(create()) : newest(create);
  const http = createServer((incoming, outgoing) => {
    void toWebRequest(incoming).then(async (request) => {
      const response = await serve(request);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      streams.add(outgoing);
      outgoing.once("close", () => streams.delete(outgoing));
      const body = response.body?.getReader();
      outgoing.once("close", () => void body?.cancel().catch(() => {}));
      for (let read = await body?.read(); read?.done === false; read = await body?.read()) {
        outgoing.write(read.value);
        if (Buffer.from(read.value).includes("subscriptions/acknowledged")) heard();
      }
      outgoing.end();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    someoneListens: () => listening,
    grow(name) {
      more.push(name);
      toolsChanged();
    },
    cutStreams() {
      for (const stream of streams) stream.destroy();
    },
    async [Symbol.asyncDispose]() {
      await close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function toWebRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = "GET", headers, url = "/" } = incoming;
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
  return new Request(new URL(url, `http://${headers.host}`), { method, headers: pairs, ...body });
}

interface Official extends AsyncDisposable {
  readonly url: string;
  /** Resolves when a client hears of changes. */
  someoneListens(): Promise<void>;
  /** Adds a tool, and tells it. */
  grow(name: string): void;
  /** Breaks off all answers that are under way. */
  cutStreams(): void;
}

interface Served {
  serve(request: Request): Promise<Response>;
  toolsChanged(): void;
  close(): Promise<void>;
}

async function withSessions(server: McpServer): Promise<Served> {
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => crypto.randomUUID() });
  await server.connect(transport);
  return { serve: (request) => transport.handleRequest(request), close: () => server.close(), toolsChanged() {} };
}

/** Knows no handshake and no sessions. */
function newest(create: () => McpServer): Served {
  const handler = createMcpHandler(create, { legacy: "reject" });
  return {
    serve: (request) => handler.fetch(request),
    close: () => handler.close(),
    toolsChanged: () => handler.notify.toolsChanged(),
  };
}
