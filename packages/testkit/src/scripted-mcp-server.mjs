// An MCP server on stdio for tests: raw JSON-RPC, so that it can also do what no SDK would. Its modes are arguments.
//   die-once FILE    ends at the first `die` call as long as FILE exists not; makes it
import { existsSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import readline from "node:readline";

const [mode = "plain", file = ""] = process.argv.slice(2);
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const waiting = new Map();
let requests = 0;
let extraTool = false;

const tools = () => [
  {
    name: "echo",
    description: "says it again",
    inputSchema: { type: "object", properties: { text: { type: "string" } } },
  },
  { name: "env", inputSchema: { type: "object" } },
  { name: "hang", inputSchema: { type: "object" } },
  { name: "die", inputSchema: { type: "object" }, annotations: { destructiveHint: true } },
  { name: "progress", inputSchema: { type: "object" }, annotations: { readOnlyHint: true } },
  { name: "grow", inputSchema: { type: "object" } },
  { name: "ask", inputSchema: { type: "object" } },
  { name: "fail", inputSchema: { type: "object" } },
  { name: "throw", inputSchema: { type: "object" } },
  { name: "flood", inputSchema: { type: "object" } },
  { name: "image", inputSchema: { type: "object" } },
  { name: "seen", inputSchema: { type: "object" } },
  ...(extraTool ? [{ name: "extra", inputSchema: { type: "object" } }] : []),
];
const text = (value) => ({ content: [{ type: "text", text: String(value) }] });
const seen = [];

const handlers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: {
      tools: { listChanged: true },
      resources: {},
      experimental: { "codex/sandbox-state": { version: "1.0.0" } },
    },
    serverInfo: { name: "scripted", version: "1" },
  }),
  "tools/list": ({ cursor }) => {
    if (mode === "paged") {
      const at = Number(cursor ?? 0);
      return { tools: tools().slice(at, at + 2), nextCursor: at + 2 < tools().length ? String(at + 2) : undefined };
    }
    if (mode === "endless")
      return { tools: [{ name: `t${requests++}`, inputSchema: { type: "object" } }], nextCursor: "same" };
    if (mode === "odd") return { tools: [{ description: "no name" }, { name: "a", inputSchema: [] }, ...tools()] };
    return { tools: tools() };
  },
  "resources/list": () => ({ resources: [{ uri: "s://a", name: "a" }] }),
  "resources/templates/list": () => ({ resourceTemplates: [{ uriTemplate: "s://{x}", name: "x" }] }),
  "resources/read": ({ uri }) => ({ contents: [{ uri, text: `content of ${uri}` }] }),
};

const calls = {
  echo: ({ text: said }) => ({ ...text(`you said ${said}`), structuredContent: { n: 1 } }),
  env: () => text(JSON.stringify(Object.keys(process.env).sort())),
  fail: () => ({ ...text("it failed"), isError: true }),
  image: () => ({
    content: [
      { type: "text", text: "see" },
      { type: "image", data: "AAAA", mimeType: "image/png" },
    ],
  }),
  seen: () => text(JSON.stringify(seen)),
};

function call(id, { name, arguments: args = {}, _meta: meta }) {
  if (calls[name] !== undefined) return send({ id, result: calls[name](args) });
  switch (name) {
    case "hang":
      return;
    case "die":
      if (mode === "die-once" && existsSync(file)) return send({ id, result: text("alive") });
      if (file !== "") writeFileSync(file, "");
      process.stderr.write("something is wrong here\n");
      process.exitCode = 3;
      return process.exit();
    case "progress":
      for (let progress = 1; progress <= 3; progress += 1) {
        send({ method: "notifications/progress", params: { progressToken: meta.progressToken, progress, total: 3 } });
      }
      return send({ id, result: text("done") });
    case "grow":
      extraTool = true;
      send({ method: "notifications/tools/list_changed" });
      return send({ id, result: text("grown") });
    case "ask": {
      const own = `ask-${id}`;
      waiting.set(own, (answer) => send({ id, result: text(JSON.stringify(answer)) }));
      const requestedSchema = {
        type: "object",
        properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
        required: ["name"],
      };
      const url = { mode: "url", message: "go there", url: "https://example.com/x", elicitationId: "e1" };
      const params = args.url === true ? url : { message: "who are you?", requestedSchema };
      return send({ id: own, method: "elicitation/create", params });
    }
    case "flood":
      for (let n = 0; n < 20_000; n += 1) send({ method: "notifications/message", params: { level: "info", data: n } });
      return send({ id, result: text("flooded") });
    default:
      return send({ id, error: { code: -32000, message: "boom" } });
  }
}

if (mode === "silent") setInterval(() => {}, 1_000);
if (mode === "grandchild") {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  writeFileSync(file, String(child.pid));
}
if (mode === "stubborn") process.on("SIGTERM", () => {});
if (mode === "broken-json") process.stdout.write('this is no JSON\n{"jsonrpc":\n[1,2]\n42\n');
if (mode === "exits") {
  process.stderr.write("cannot find my configuration\n");
  process.exit(7);
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (mode === "silent") return;
  const { id, method, params = {}, result } = JSON.parse(line);
  if (method === undefined) return waiting.get(id)?.(result);
  if (id === undefined) return seen.push({ method, params });
  if (method === "tools/call") return call(id, params);
  const handler = handlers[method];
  if (handler === undefined) return send({ id, error: { code: -32601, message: `no ${method}` } });
  send({ id, result: handler(params) });
});
process.stdin.on("end", () => {
  if (mode !== "stubborn") process.exit(0);
});
