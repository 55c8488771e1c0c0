import { createLineTransport } from "@heddle/protocol";
import { spawn } from "node:child_process";
import { HEDDLE, type StartOptions } from "./built-command.ts";
import { createWireClient, type WireClient } from "./wire.ts";

/** A running `heddle app-server` with one client, which has introduced itself. Disposing kills it. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  readonly client: WireClient;
  /** Resolves once it has exited. */
  readonly exited: Promise<ServerEnd>;
  /** Resolves once it has exited and everything that it wrote has been heard. */
  readonly ended: Promise<ServerEnd>;
  /** Resolves when the client has heard so many messages in all. Stays open when the server says less. */
  hasSaid(count: number): Promise<void>;
  /** The client reads nothing until `resume`. */
  pause(): void;
  resume(): void;
  /** The client has nothing more to say. */
  endInput(): void;
  signal(name: NodeJS.Signals): void;
}

export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Starts the built app server. */
export async function startServer({
  cwd,
  env,
  args = [],
}: Pick<StartOptions, "cwd" | "env"> & { readonly args?: readonly string[] }): Promise<ServerProcess> {
  const child = spawn(process.execPath, [HEDDLE, "app-server", ...args], { cwd, env, stdio: "pipe" });
  child.stdin.on("error", () => {}); // it was killed while we wrote
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));

  const transport = createLineTransport({
    write: (text) => child.stdin.write(text),
    schedule: setImmediate,
    close: () => new Promise((resolve) => child.stdin.end(() => resolve())),
  });
  child.stdin.on("drain", () => transport.resumeWriting());
  const client = createWireClient(transport);
  const counting = new Set<() => void>();
  child.stdout.on("data", (chunk: Uint8Array) => {
    transport.receive(chunk);
    for (const look of counting) look();
  });
  const exited = new Promise<ServerEnd>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal, stderr }));
  });
  const ended = new Promise<ServerEnd>((resolve) => {
    child.once("close", (code, signal) => {
      transport.end("the server has ended");
      resolve({ code, signal, stderr });
    });
  });

  await client.request("initialize", { clientInfo: { name: "test", version: "1" } });
  return {
    pid: child.pid ?? 0,
    client,
    exited,
    ended,
    hasSaid(count) {
      return new Promise((resolve) => {
        const look = (): void => {
          if (client.heard.length < count) return;
          counting.delete(look);
          resolve();
        };
        counting.add(look);
        look();
      });
    },
    pause: () => void child.stdout.pause(),
    resume: () => void child.stdout.resume(),
    endInput: () => void child.stdin.end(),
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      child.stdout.resume();
      await ended;
    },
  };
}
