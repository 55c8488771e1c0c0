import { spawn, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import type { Launch, StartedProcess } from "../launch.ts";
import { errorCode, spawnFailed } from "../program.ts";
import { EventStream } from "./event-stream.ts";
import { Followed } from "./followed.ts";
import { encodeRequest, encodeStart, MAX_REQUEST_BYTES, type Request, type SpawnerEvent } from "./messages.ts";

/** The number that the helper's file has in the spawner. */
const HELPER = 3;

/** One life of the spawner. */
export class Connection {
  /** The version of Landlock's interface; null when the spawner has ended without saying it. */
  readonly landlockAbi: Promise<number | null>;
  readonly #process: ChildProcess;
  readonly #followed = new Map<number, Followed>();
  readonly #closed: Promise<void>;
  #onReady: (landlockAbi: number | null) => void = () => {};
  #isReady = false;
  #lastId = 0;
  /** Why it has ended. */
  #end: { readonly code: string; readonly reason: string } | null = null;

  /** @param helper an open file with the helper; stays the caller's. */
  constructor(helper: number) {
    this.#process = spawn(`/proc/self/fd/${HELPER}`, ["--spawner", `${process.pid}`, `${HELPER}`], {
      argv0: "heddle-spawner",
      cwd: "/",
      env: {},
      stdio: ["pipe", "pipe", "ignore", helper],
      // What the keys of our terminal send is for us alone.
      detached: true,
    });
    this.landlockAbi = new Promise((resolve) => {
      this.#onReady = resolve;
    });
    const events = new EventStream({
      event: (id, event) => this.#hear(id, event),
      bytes: (id, stream, bytes) => this.#followed.get(id)?.bytes(stream, bytes),
    });
    this.#process.stdout?.on("data", (chunk: Buffer) => events.push(chunk));
    this.#process.stdin?.on("error", () => {}); // the end tells
    this.#closed = new Promise((resolve) => {
      const close = (code: string, reason: string): void => {
        this.#lose(code, `the process that starts commands ${reason}`);
        resolve();
      };
      this.#process.once("error", (error) => close(errorCode(error), `cannot be run (${error.message})`));
      this.#process.once("close", (code, signal) => close("EPIPE", `has ended (${signal ?? `exit code ${code}`})`));
    });
  }

  /** Whether it can be asked for something. */
  get isOpen(): boolean {
    return this.#end === null && this.#process.stdin?.writable === true;
  }

  /** @throws SandboxError `spawnFailed` */
  async start(
    args: readonly string[],
    launch: Pick<Launch, "cwd" | "env" | "filter" | "stdin">,
  ): Promise<StartedProcess> {
    const file = args[args.indexOf("--") + 1] ?? "";
    if (this.#end !== null) throw spawnFailed(this.#end.code, file, this.#end.reason);
    this.#lastId += 1;
    const id = this.#lastId;
    const request = encodeStart(id, { ...launch, args });
    if (request.length > MAX_REQUEST_BYTES) throw spawnFailed("E2BIG", file, "Argument list too long");
    const send = (request: Request): void => this.#send(id, request);
    const followed = new Followed({ file, hasInput: launch.stdin === "pipe", send });
    this.#followed.set(id, followed);
    this.#keepAwake();
    this.#process.stdin?.write(request);
    return followed.started;
  }

  async close(): Promise<void> {
    if (this.#end !== null) return;
    this.#process.ref();
    if (this.#process.stdout instanceof Socket) this.#process.stdout.ref();
    this.#process.stdin?.end();
    await this.#closed;
  }

  #send(id: number, request: Request): void {
    if (this.isOpen) this.#process.stdin?.write(encodeRequest(id, request));
    this.#forgetIfOver(id);
  }

  #hear(id: number, event: SpawnerEvent): void {
    if (event.kind === "ready") {
      this.#isReady = true;
      this.#onReady(event.landlockAbi);
      this.#keepAwake();
      return;
    }
    this.#followed.get(id)?.hear(event);
    this.#forgetIfOver(id);
  }

  #forgetIfOver(id: number): void {
    if (this.#followed.get(id)?.isOver !== true) return;
    this.#followed.delete(id);
    this.#keepAwake();
  }

  /** Our process may end while the spawner has nothing to do, and not while it has. */
  #keepAwake(): void {
    const change = this.#isReady && this.#followed.size === 0 ? "unref" : "ref";
    this.#process[change]();
    for (const pipe of [this.#process.stdin, this.#process.stdout]) if (pipe instanceof Socket) pipe[change]();
  }

  #lose(code: string, reason: string): void {
    if (this.#end !== null) return;
    this.#end = { code, reason };
    this.#onReady(null);
    const followed = [...this.#followed.values()];
    this.#followed.clear();
    for (const command of followed) command.lose(this.#end);
  }
}
