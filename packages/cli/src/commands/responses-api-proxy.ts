import { writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { createResponsesProxy } from "../responses-proxy/responses-proxy.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { interruptOnSignals } from "../runtime/signals.ts";
import { keyPatience, readAll } from "../runtime/stdin.ts";

export interface ResponsesProxyOptions {
  /** On 127.0.0.1; 0 for any that is free. */
  readonly port: number;
  /** Where port and process are written once it listens. */
  readonly infoFile: string | null;
  /** Whether `GET /shutdown` ends it. */
  readonly httpShutdown: boolean;
  readonly upstream: URL;
}

/**
 * `heddle responses-api-proxy`: adds an API key to requests of this machine until a signal or `/shutdown` comes.
 * The key is read from the input alone, so that no list of processes shows it. Source: command line spec, section 1.
 * @returns the exit code: 0 ended, 1 without a key.
 * @throws Error when it cannot listen or the file cannot be written.
 */
export async function runResponsesProxy(context: ProcessContext, options: ResponsesProxyOptions): Promise<number> {
  const apiKey = await readKey();
  if (apiKey === null) return 1;
  const signals = interruptOnSignals();
  const stop = new AbortController();
  const stopped = AbortSignal.any([signals.interrupt, stop.signal]);
  const { server, close } = createResponsesProxy({
    upstream: options.upstream,
    apiKey,
    env: context.env,
    onShutdown: options.httpShutdown ? () => stop.abort() : null,
    warn: tell,
  });
  try {
    const port = await listen(server, options.port);
    if (options.infoFile !== null) {
      writeFileSync(resolve(context.cwd, options.infoFile), `${JSON.stringify({ port, pid: process.pid })}\n`);
    }
    tell(`responses-api-proxy listening on 127.0.0.1:${port}`);
    if (!stopped.aborted) {
      await new Promise<void>((done) => stopped.addEventListener("abort", () => done(), { once: true }));
    }
    return 0;
  } finally {
    await close();
    signals.release();
  }
}

/** The first line of the input; null, with the reason told, when it cannot be a key. */
async function readKey(): Promise<string | null> {
  const { stdin } = process;
  if (stdin.isTTY) {
    return refuse("The key is read from standard input: printenv OPENAI_API_KEY | heddle responses-api-proxy");
  }
  try {
    const input = Readable.from(firstLine(stdin));
    const key = (await readAll(input, { signal: new AbortController().signal, patience: keyPatience(tell) })).trim();
    if (key === "") return refuse("No API key provided via stdin.");
    // What a header cannot carry would be named in its error message.
    if (!/^[\x21-\x7e]+$/.test(key)) return refuse("The first line of standard input is no API key.");
    return key;
  } finally {
    stdin.destroy(); // whoever gave the key may keep the input open
  }
}

async function* firstLine(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of input) {
    const end = chunk.indexOf("\n");
    yield end === -1 ? chunk : chunk.subarray(0, end);
    if (end !== -1) return;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, reject) => {
    server.once("error", (cause) => reject(new Error(`cannot listen: ${cause.message}`, { cause })));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function refuse(reason: string): null {
  tell(reason);
  return null;
}

function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}
