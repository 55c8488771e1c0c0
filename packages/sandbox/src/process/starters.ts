import { closeSync } from "node:fs";
import { openHelper } from "../helper/find.ts";
import { SandboxError } from "../sandbox-error.ts";
import type { Launch, ProcessStarter, StartedProcess } from "./launch.ts";
import { NodeStarter } from "./node-starter.ts";
import { Spawner } from "./spawner/spawner.ts";

/** Both ways to start processes, and the helper that they need. */
export class Starters implements ProcessStarter {
  readonly #helper: number | null;
  readonly #byNode: NodeStarter;
  /** Null where there is no helper. */
  readonly #spawner: Spawner | null;
  #closed = false;

  /** @param options where the helper lies, null: do without; and where files of ours may be made. */
  constructor({ helperFolder, stateDir }: { readonly helperFolder: string | null; readonly stateDir: string }) {
    const found = helperFolder === null ? null : openHelper(helperFolder, stateDir);
    this.#helper = found !== null && "descriptor" in found ? found.descriptor : null;
    this.#byNode = new NodeStarter({ helper: this.#helper, stateDir });
    this.#spawner = this.#helper === null ? null : new Spawner(this.#helper);
  }

  /** Whether there is a helper that belongs to this version. */
  get hasHelper(): boolean {
    return this.#helper !== null;
  }

  async start(launch: Launch): Promise<StartedProcess> {
    this.#checkOpen();
    // What shares our terminal has to be a child in our session, and a channel needs Node's own sockets.
    const isApart =
      launch.output === "capture" &&
      launch.stdin !== "inherit" &&
      launch.channel === null &&
      launch.program.type === "helper";
    const spawner = isApart && (await this.#spawner?.runs()) === true ? this.#spawner : null;
    this.#checkOpen();
    return (spawner ?? this.#byNode).start(launch);
  }

  /** The version of Landlock's interface; 0 where the kernel has none, or the helper cannot be run. */
  async landlockAbi(): Promise<number> {
    this.#checkOpen();
    return (await this.#spawner?.landlockAbi()) ?? 0;
  }

  /** What was started has to have ended before. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#spawner?.close();
    this.#byNode.close();
    if (this.#helper !== null) closeSync(this.#helper);
  }

  /** The number of the helper's file may be another file's by now. */
  #checkOpen(): void {
    if (this.#closed) throw new SandboxError({ kind: "closed" });
  }
}
