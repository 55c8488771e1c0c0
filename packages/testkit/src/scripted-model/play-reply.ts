import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Reply } from "./script.ts";
import { DEFAULT_USAGE, type Step, type Usage } from "./step.ts";

/** Events are gathered up to this size: a write costs as much as writing down some hundred deltas. */
const WRITE_CHARS = 64 * 1024;

/** Plays a reply; ends early, without an error, when the client closes the connection. */
export async function playReply(reply: Reply, response: ServerResponse, index: number): Promise<void> {
  const http = reply.find((step) => step.type === "http");
  if (http !== undefined) {
    await waitBefore(reply, response);
    const { "content-type": contentType = "application/json" } = http.headers;
    response.writeHead(http.status, { ...http.headers, "content-type": contentType }).end(http.body);
    return;
  }
  const headers = reply.flatMap((step) => (step.type === "headers" ? [step.headers] : []));
  response.writeHead(200, Object.assign({ "content-type": "text/event-stream" }, ...headers));
  await new ResponsePlayer(response, index).play(reply);
}

/** Delays and gates count for answers that are no stream, too. */
async function waitBefore(reply: Reply, response: ServerResponse): Promise<void> {
  for (const step of reply) {
    if (step.type === "delay") await delay(step.ms, undefined, { ref: false });
    else if (step.type === "gate") await step.opens;
    if (response.destroyed) return;
  }
}

/** Writes one response of the Responses API. */
class ResponsePlayer {
  readonly #response: ServerResponse;
  readonly #index: number;
  readonly #closed: Promise<void>;
  #output = 0;
  #usage: Usage = DEFAULT_USAGE;
  #pending = "";

  constructor(response: ServerResponse, index: number) {
    this.#response = response;
    this.#index = index;
    this.#closed = new Promise((resolve) => response.once("close", () => resolve()));
  }

  async play(reply: Reply): Promise<void> {
    const isRaw = reply.some(({ type }) => type === "bytes");
    const id = `resp_${this.#index}`;
    if (!isRaw) this.#send({ type: "response.created", response: { id } });
    for (const step of reply) {
      if (this.#response.destroyed) return;
      const goesOn = await this.#step(step);
      if (!goesOn) return;
    }
    if (!isRaw) this.#send({ type: "response.completed", response: { id, usage: wireUsage(this.#usage) } });
    this.#response.end(this.#pending);
  }

  /** @returns whether the reply goes on. */
  async #step(step: Step): Promise<boolean> {
    switch (step.type) {
      case "text":
        await this.#text(step.chunks, step.everyMs);
        return true;
      case "reasoning":
        this.#reasoning(step);
        return true;
      case "functionCall": {
        const { callId: call_id, name, arguments: json } = step;
        this.#item({ type: "function_call", id: this.#itemId("fc"), call_id, name, arguments: json });
        return true;
      }
      case "customCall": {
        const { callId: call_id, name, input } = step;
        this.#item({ type: "custom_tool_call", id: this.#itemId("ctc"), call_id, name, input });
        return true;
      }
      case "usage":
        this.#usage = step.usage;
        return true;
      case "raw":
        this.#send(step.event);
        return true;
      case "bytes":
        await this.#flush();
        this.#response.write(step.bytes);
        return true;
      case "delay":
        await this.#flush();
        await this.#unlessClosed(delay(step.ms, undefined, { ref: false }));
        return true;
      case "gate":
        await this.#flush();
        await this.#unlessClosed(step.opens);
        return true;
      case "drop":
        // Only what has left the process reaches the client before the break.
        await this.#unlessClosed(new Promise<void>((resolve) => this.#response.write(this.#pending, () => resolve())));
        this.#response.destroy();
        return false;
      case "end":
        this.#response.end(this.#pending);
        return false;
      case "headers":
      case "http":
        return true; // done with before the reply began
    }
  }

  async #text(chunks: readonly string[], everyMs: number): Promise<void> {
    const item = { type: "message", role: "assistant", id: this.#itemId("msg"), content: [] as object[] };
    const place = { item_id: item.id, output_index: this.#output, content_index: 0 };
    this.#send({ type: "response.output_item.added", output_index: this.#output, item });
    // Only the end of these events differs; writing out the rest each time costs three times as much.
    const whole = eventText({ type: "response.output_text.delta", ...place, delta: "" });
    const start = whole.slice(0, whole.lastIndexOf('""'));
    for (const chunk of chunks) {
      this.#pending += `${start}${JSON.stringify(chunk)}}\n\n`;
      if (this.#pending.length >= WRITE_CHARS) await this.#flush();
      if (everyMs > 0) {
        await this.#flush();
        await this.#unlessClosed(delay(everyMs, undefined, { ref: false }));
      }
      if (this.#response.destroyed) return;
    }
    this.#item({ ...item, content: [{ type: "output_text", text: chunks.join(""), annotations: [] }] });
  }

  #reasoning({ summary, raw, encrypted }: Extract<Step, { type: "reasoning" }>): void {
    const id = this.#itemId("rs");
    const place = { item_id: id, output_index: this.#output };
    const item = { type: "reasoning", id, encrypted_content: encrypted };
    this.#send({ type: "response.output_item.added", output_index: this.#output, item: { ...item, summary: [] } });
    for (const [summary_index, delta] of summary.entries()) {
      const part = { type: "summary_text", text: "" };
      this.#send({ type: "response.reasoning_summary_part.added", ...place, summary_index, part });
      this.#send({ type: "response.reasoning_summary_text.delta", ...place, summary_index, delta });
    }
    if (raw !== "") this.#send({ type: "response.reasoning_text.delta", ...place, content_index: 0, delta: raw });
    this.#item({
      ...item,
      summary: summary.map((text) => ({ type: "summary_text", text })),
      ...(raw === "" ? {} : { content: [{ type: "reasoning_text", text: raw }] }),
    });
  }

  /** Ends an item of the output. */
  #item(item: object): void {
    this.#send({ type: "response.output_item.done", output_index: this.#output, item });
    this.#output += 1;
  }

  #itemId(prefix: string): string {
    return `${prefix}_${this.#index}_${this.#output}`;
  }

  #send(event: object): void {
    this.#pending += eventText(event);
  }

  /** Writes what is gathered and waits as long as the client is slow to read. */
  async #flush(): Promise<void> {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    if (this.#response.write(text) || this.#response.destroyed) return;
    await this.#unlessClosed(new Promise<void>((resolve) => this.#response.once("drain", resolve)));
  }

  async #unlessClosed(wait: Promise<unknown>): Promise<void> {
    await Promise.race([wait, this.#closed]);
  }
}

function eventText(event: object): string {
  const name = "type" in event && typeof event.type === "string" ? `event: ${event.type}\n` : "";
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}

function wireUsage({ input, cached, output, reasoning }: Usage): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
