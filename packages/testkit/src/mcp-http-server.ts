/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes in is what a test has sent */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test server was asked. */
export interface SeenMcpRequest {
  readonly verb: string;
  /** The method of the message, null without one. */
  readonly method: string | null;
  readonly headers: IncomingHttpHeaders;
}

/** A request for another path. */
export interface RoutedRequest {
  readonly url: URL;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server over streamable HTTP on loopback, with one tool `echo` and one session at a time. */
export interface McpHttpServer {
  readonly url: string;
  readonly seen: readonly SeenMcpRequest[];
  /** Forgets its session: the next request with it is answered 404. */
  forgetSession(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * @param admit whether a request may pass; the others are answered 401.
 * @param route answers requests for other paths than `/mcp`; by default they are not found.
 */
export async function startMcpHttpServer(
  admit: (headers: IncomingHttpHeaders) => boolean = () => true,
  route: (request: RoutedRequest, response: ServerResponse) => void = (_request, response) =>
    void response.writeHead(404).end(),
): Promise<McpHttpServer> {
  const seen: SeenMcpRequest[] = [];
  let sessions = 0;
  let session: string | null = null;

  const answer = (id: unknown, result: unknown, response: ServerResponse): void => {
    response.writeHead(200, {
      "content-type": "application/json",
      ...(session === null ? {} : { "mcp-session-id": session }),
    });
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    if (url.pathname !== "/mcp") return route({ url, body, headers: request.headers }, response);
    const message =
      body === "" ? {} : (JSON.parse(body) as { id?: unknown; method?: string; params?: { name?: string } });
    const { id, method = null } = message;
    seen.push({ verb: request.method ?? "", method, headers: request.headers });
    if (!admit(request.headers)) return void response.writeHead(401).end();
    if (method === "initialize") session = `session-${(sessions += 1)}`;
    else if (request.headers["mcp-session-id"] !== session) return void response.writeHead(404).end();
    if (request.method === "GET") return void response.writeHead(405).end();
    if (request.method === "DELETE" || id === undefined) return void response.writeHead(202).end();
    switch (method) {
      case "initialize":
        return answer(
          id,
          { protocolVersion: "2025-06-18", capabilities: { tools: {} }, serverInfo: { name: "http", version: "1" } },
          response,
        );
      case "tools/list":
        return answer(id, { tools: [{ name: "echo", inputSchema: { type: "object" } }] }, response);
      default:
        return answer(id, { content: [{ type: "text", text: `in ${session}` }] }, response);
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    seen,
    forgetSession() {
      session = "another";
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
