import { serve } from "@heddle/app-server";
import { linkedPair } from "@heddle/protocol";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { onceInitialized, type McpClientInfo } from "../mcp-server/guarded-transport.ts";
import { createRawServer, elicit, inputEnd } from "../mcp-server/raw-server.ts";
import { openThreads, type CallEnd, type ServedThreads, type ToolCall } from "../mcp-server/threads.ts";
import { listTools, readOrder } from "../mcp-server/tools.ts";
import { createLazyFront } from "../runtime/front.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { interruptOnSignals } from "../runtime/signals.ts";

/**
 * `heddle mcp-server`: serves an MCP client over stdin and stdout until the input ends or a signal comes. Its tools start
 * threads and go on with them; what happens in a thread is told as `codex/event`, approvals are asked for by elicitation.
 * Source: MCP spec, section C.
 * @returns the exit code, 0.
 */
export async function runMcpServer(context: ProcessContext, overrides: readonly string[]): Promise<number> {
  const warn = (message: string): void => void process.stderr.write(`heddle: ${message}\n`);
  const front = createLazyFront({ context, originator: "codex_cli_rs", overrides, source: "appServer", warn });
  const serverInfo = { name: "codex-mcp-server", title: "Heddle", version: context.version, user_agent: "" };
  const capabilities = { tools: { listChanged: true } };
  const server = createRawServer(serverInfo, capabilities, ({ message }) => warn(message));
  const inside: { client: McpClientInfo; threads: Promise<ServedThreads> | null } = {
    client: { name: "unknown", version: "unknown", elicits: false },
    threads: null,
  };
  const opened = (): Promise<ServedThreads> => {
    if (inside.threads !== null) return inside.threads;
    const [clientEnd, serverEnd] = linkedPair();
    serve(serverEnd, front);
    inside.threads = openThreads(clientEnd, inside.client);
    return inside.threads;
  };

  server.setRequestHandler("tools/list", () => ({ tools: [...listTools()] }));
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const order = readOrder(params.name, params.arguments, context.cwd);
    if (order.type === "wrong") return errorResult(order.reason);
    const call: ToolCall = {
      requestId: mcpReq.id,
      signal: mcpReq.signal,
      tell: (event) => void server.notification({ method: "codex/event", params: event }).catch(() => {}),
      ask: inside.client.elicits ? (question) => elicit(server, question, mcpReq.signal) : null,
    };
    return toResult(await (await opened()).serve(order, call));
  });

  const transport = onceInitialized(new StdioServerTransport(), (introduced) => {
    inside.client = introduced;
    serverInfo.user_agent = front.userAgent(introduced);
  });
  const signals = interruptOnSignals();
  const ended = inputEnd(signals.interrupt);
  await server.connect(transport);
  await ended;
  await front.stopTurns();
  await inside.threads?.then((open) => open.close()).catch(() => {});
  await server.close();
  await front.close();
  signals.release();
  process.stdin.destroy(); // after a signal the input is still open and would keep the process
  return 0;
}

function toResult({ threadId, content, failed, unasked }: CallEnd): CallToolResult {
  const blocks = [{ type: "text" as const, text: content }];
  if (unasked > 0) {
    const what = unasked === 1 ? "1 approval was" : `${unasked} approvals were`;
    blocks.push({
      type: "text",
      text: `${what} denied: this client cannot be asked (it has no elicitation capability)`,
    });
  }
  const structured = threadId === null ? {} : { structuredContent: { threadId, content } };
  if (!failed) return { content: blocks, ...structured };
  // Clients of the reference look for `error`.
  return { content: blocks, isError: true, ...structured, ...(threadId === null ? {} : { error: content }) };
}

function errorResult(reason: string): CallToolResult {
  return { content: [{ type: "text", text: reason }], isError: true };
}
