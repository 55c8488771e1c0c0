import { connectInProcess } from "./runtime/in-process.ts";
import { readProcess } from "./runtime/process.ts";
import { createRuntime } from "./runtime/runtime.ts";
import type { Heddle } from "@heddle/client";
import type { ConfigFlags } from "@heddle/config";

export type { Heddle, Thread, TurnResult } from "@heddle/client";

/** How an embedding program wants its engine. Everything has the default that the command has. */
export interface EmbedOptions {
  /** Names the program towards servers and logs. */
  readonly clientInfo?: { readonly name: string; readonly version: string };
  /** Environment for home, keys and children; default: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Working directory of threads that name none; default: that of the process. */
  readonly cwd?: string;
  /** `key=value` pairs, as the command's `-c` takes them. */
  readonly config?: readonly string[];
  readonly flags?: ConfigFlags;
  /** Told what a person should know, such as unknown configuration keys. Default: nobody. */
  readonly onWarning?: (message: string) => void;
}

/**
 * Starts an engine in this process and gives a client of it: the same protocol as `heddle app-server`, without a child.
 * Close it with `close()` or `await using`; its turns are then stopped and its processes ended.
 * @throws ConfigError when the configuration cannot be read.
 */
export async function startHeddle(options: EmbedOptions = {}): Promise<Heddle> {
  const { clientInfo = { name: "embedded", version: "0" }, config = [], flags = {}, onWarning = () => {} } = options;
  const found = readProcess();
  const runtime = await createRuntime({
    context: { ...found, env: options.env ?? found.env, cwd: options.cwd ?? found.cwd },
    originator: "codex_cli_rs",
    overrides: config,
    flags,
    warn: onWarning,
  });
  const client = await connectInProcess(runtime, clientInfo);
  client.onClosed(() => runtime.close());
  return client;
}
