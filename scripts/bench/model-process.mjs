// The scripted model of the benchmark, in a process of its own. Prints its port, then serves until its input ends.
//
// What it answers follows from the last prompt: `bench plain` gets a short message, `bench command` one call of the
// shell tool that the request offers and then a message, `bench deltas N` a message in N pieces.
import { createServer } from "node:http";

const DELTAS_PER_WRITE = 500;
let responses = 0;

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.method !== "POST") {
    response.writeHead(404).end();
    return;
  }
  const { input, tools } = JSON.parse(Buffer.concat(chunks).toString());
  response.writeHead(200, { "content-type": "text/event-stream" });
  await answer(response, { input, tools, id: `resp_${responses++}` });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on("end", () => {
  server.closeAllConnections();
  server.close();
});

async function answer(response, { input, tools, id }) {
  const last = input.at(-1);
  const prompt = last.role === "user" ? last.content.map(({ text }) => text).join("") : "";
  const parts = Number(/^bench deltas (\d+)$/.exec(prompt)?.[1] ?? 1);
  response.write(sse({ type: "response.created", response: { id } }));
  if (prompt === "bench command") response.write(sse(done(callTrue(tools, id))));
  else await writeMessage(response, id, parts);
  const usage = { input_tokens: 100, output_tokens: 20, total_tokens: 120 };
  response.end(sse({ type: "response.completed", response: { id, usage } }));
}

async function writeMessage(response, id, parts) {
  const item = { type: "message", role: "assistant", id: `msg_${id}`, content: [] };
  const piece = "lorem ipsum ";
  response.write(sse({ type: "response.output_item.added", output_index: 0, item }));
  const delta = sse({
    type: "response.output_text.delta",
    item_id: item.id,
    output_index: 0,
    content_index: 0,
    delta: piece,
  });
  for (let written = 0; written < parts; written += DELTAS_PER_WRITE) {
    const fits = response.write(delta.repeat(Math.min(DELTAS_PER_WRITE, parts - written)));
    if (!fits) await new Promise((resolve) => response.once("drain", resolve));
  }
  response.write(
    sse(done({ ...item, content: [{ type: "output_text", text: piece.repeat(parts), annotations: [] }] })),
  );
}

/** A call that runs `true` without a login shell, by the tool that is offered. */
function callTrue(tools, id) {
  const byScript = tools.some((tool) => tool.name === "shell_command");
  const input = byScript ? { command: "true", login: false } : { command: ["true"] };
  return {
    type: "function_call",
    id: `fc_${id}`,
    call_id: `call_${id}`,
    name: byScript ? "shell_command" : "shell",
    arguments: JSON.stringify(input),
  };
}

function done(item) {
  return { type: "response.output_item.done", output_index: 0, item };
}

function sse(event) {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
