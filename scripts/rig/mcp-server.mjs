// An MCP server on stdio with as many tools as its argument says, each with a schema of the usual size. Without an SDK: twenty
// of them start in a benchmark.
import { createInterface } from "node:readline";

const count = Number(process.argv[2]);
const text = { type: "string", description: "What the tool works on; a path below the workspace or a name." };
const tools = Array.from({ length: count }, (_, at) => ({
  name: `tool_${String(at).padStart(2, "0")}`,
  description: "Looks something up, and says where it was found. Use it when the name is known and the place is not.",
  inputSchema: {
    type: "object",
    properties: { subject: text, limit: { type: "integer", minimum: 1 }, kinds: { type: "array", items: text } },
    required: ["subject"],
    additionalProperties: false,
  },
}));

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "bench", version: "1" },
  }),
  "tools/list": () => ({ tools }),
  "tools/call": () => ({ content: [{ type: "text", text: "found" }] }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result: answers[method]?.(params) ?? {} })}\n`);
}
