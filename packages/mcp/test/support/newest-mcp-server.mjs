// An MCP server on stdio, by the official SDK, that knows the newest revision of the protocol alone. Its tool `grow` adds a
// tool `more`; what it is asked for by name is echoed.
import { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

const text = (words) => ({ content: [{ type: "text", text: words }] });

serveStdio(
  () => {
    const server = new McpServer({ name: "newest", version: "1" }, { capabilities: { tools: { listChanged: true } } });
    server.registerTool("echo", { description: "echoes" }, () => text("echoed"));
    server.registerTool("grow", { description: "adds a tool" }, () => {
      server.registerTool("more", { description: "was added" }, () => text("more"));
      return text("grown");
    });
    return server;
  },
  { legacy: "reject" },
);
