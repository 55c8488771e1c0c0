import { ndJsonStream } from "@agentclientprotocol/sdk";
import { Writable } from "node:stream";
import { createAcpAgent } from "../acp/agent.ts";
import { connectInProcess } from "../runtime/in-process.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { interruptOnSignals } from "../runtime/signals.ts";

/**
 * `heddle acp`: serves an editor that speaks the Agent Client Protocol over stdin and stdout, until the input ends or a
 * signal comes; then every turn is stopped and every child is gone.
 * @returns 0
 */
export async function runAcp(context: ProcessContext, overrides: readonly string[]): Promise<number> {
  const warn = (message: string): void => void process.stderr.write(`heddle: ${message}\n`);
  const runtime = await createRuntime({ context, originator: "codex_cli_rs", overrides, warn });
  const heddle = await connectInProcess(runtime, { name: "heddle-acp", version: context.version });
  const signals = interruptOnSignals();
  try {
    const stream = ndJsonStream(Writable.toWeb(process.stdout), bytes(process.stdin));
    const connection = createAcpAgent({ heddle, version: context.version }).connect(stream);
    signals.interrupt.addEventListener("abort", () => connection.close(), { once: true });
    await connection.closed;
  } finally {
    signals.release();
    await heddle.close();
    await runtime.close();
    process.stdin.destroy(); // after a signal the input is still open and would keep the process
  }
  return 0;
}

/** Standard input as a stream of the web's kind; its end is the end of the connection. */
function bytes(input: NodeJS.ReadableStream): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      input.on("data", (chunk: Uint8Array) => controller.enqueue(chunk));
      input.once("end", () => controller.close());
      input.once("error", (error) => controller.error(error));
    },
  });
}
