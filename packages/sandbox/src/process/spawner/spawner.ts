import type { Launch, ProcessStarter, StartedProcess } from "../launch.ts";
import { spawnFailed } from "../program.ts";
import { Connection } from "./connection.ts";

/**
 * Starts commands by way of one process of ours, the spawner, which is the helper again: a fork of a few kB instead of one
 * of all of Node's memory, real pipes, and no work for Node but a message to write and some to read. It is started with
 * the first command, and again when it has ended; commands that it has started end with it.
 */
export class Spawner implements ProcessStarter {
  readonly #helper: number;
  #connection: Connection | null = null;
  /** Whether it has ever come up; what kept it from that once is tried again. */
  #hasRun = false;

  /** @param helper an open file with the helper; stays the caller's. */
  constructor(helper: number) {
    this.#helper = helper;
  }

  async start(launch: Launch): Promise<StartedProcess> {
    const { program, cwd, env } = launch;
    if (program.type !== "helper") throw new Error("the spawner starts nothing but the helper");
    // It would make two of one: of a variable, or of a path that the policy names.
    if ([cwd, ...program.args, ...Object.entries(env).flat()].some((text) => text.includes("\0"))) {
      throw spawnFailed("EINVAL", cwd, "the folder, an argument or a variable contains a NUL character");
    }
    return this.#connected().start(program.args, launch);
  }

  /** Whether it can be run here: a system may refuse it something that commands alone can do without. */
  async runs(): Promise<boolean> {
    this.#hasRun ||= (await this.#connected().landlockAbi) !== null;
    return this.#hasRun;
  }

  /** The version of Landlock's interface; 0 where the kernel has none, or the helper cannot be run. */
  async landlockAbi(): Promise<number> {
    return (await this.#connected().landlockAbi) ?? 0;
  }

  /** Ends the spawner. What it has started is to have ended before. */
  async close(): Promise<void> {
    await this.#connection?.close();
    this.#connection = null;
  }

  #connected(): Connection {
    if (this.#connection?.isOpen !== true) this.#connection = new Connection(this.#helper);
    return this.#connection;
  }
}
