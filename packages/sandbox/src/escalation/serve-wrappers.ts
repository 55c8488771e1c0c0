import type { Duplex } from "node:stream";
import { assertNever } from "../assert-never.ts";
import type { Escalation, ExecDecision, ExecRequest } from "./escalation.ts";
import { frame, FrameReader, type Frame } from "./frames.ts";
import { dataMessage, MessageReader, programMessage, releaseMessage, type HelperMessage } from "./messages.ts";
import { readExecRequest, readTargets } from "./read-request.ts";

/** Of what the wrappers of a command have said, as long as they are there: as many as are served at once need far less. */
const MAX_HELD_BYTES = 32 << 20;
/** A reason that is longer says nothing more, and a wrapper has room for so much. */
const MAX_REASON = 4096;

/**
 * Answers the wrappers of one command by way of the helper that watches over it, until the helper ends.
 * @param control the helper's control channel.
 */
export function serveWrappers(control: Duplex, escalation: Escalation): void {
  const reader = new MessageReader();
  const streams = new Map<number, WrapperStream>();
  const send = (bytes: Buffer): void => void control.write(bytes);
  let held = 0;
  const hold = (bytes: number): boolean => {
    held += bytes;
    return held <= MAX_HELD_BYTES;
  };
  const streamOf = (number: number): WrapperStream => {
    const known = streams.get(number);
    if (known !== undefined) return known;
    const stream = new WrapperStream(number, { escalation, send, hold });
    streams.set(number, stream);
    return stream;
  };
  const onMessage = (message: HelperMessage): void => {
    switch (message.type) {
      case "data":
        return streamOf(message.stream).onData(message.bytes);
      case "descriptors":
        return streamOf(message.stream).onDescriptors(message.count);
      case "programEnded":
        return streams.get(message.stream)?.onProgramEnd(message.exitCode);
      case "gone":
        streams.get(message.stream)?.close();
        streams.delete(message.stream);
        return;
      default:
        return assertNever(message);
    }
  };
  control.on("data", (bytes: Buffer) => {
    for (const message of reader.push(bytes)) onMessage(message);
  });
  control.on("error", () => {}); // the helper has ended, which the command's own end tells
  control.once("close", () => {
    for (const stream of streams.values()) stream.close();
    streams.clear();
  });
}

interface StreamOptions {
  readonly escalation: Escalation;
  send(bytes: Buffer): void;
  /** Counts bytes that are kept from now on, or no longer; false when all wrappers together have said too much. */
  hold(bytes: number): boolean;
}

type StreamState =
  | { readonly type: "awaitsRequest" | "deciding" | "running" | "done" }
  /** The wrapper has been told that its program runs outside, and has to hand its descriptors over. */
  | { readonly type: "awaitsDescriptors"; readonly request: ExecRequest };

/** One wrapper, from its question to the end of what became of it. Whatever comes out of turn ends it, undecided. */
class WrapperStream {
  readonly #number: number;
  readonly #options: StreamOptions;
  #frames = new FrameReader();
  readonly #gone = new AbortController();
  #state: StreamState = { type: "awaitsRequest" };
  #descriptors = 0;
  #heldBytes = 0;

  constructor(number: number, options: StreamOptions) {
    this.#number = number;
    this.#options = options;
  }

  onDescriptors(count: number): void {
    this.#descriptors = count;
  }

  onData(bytes: Buffer): void {
    if (this.#isDone()) return; // let go, and not heard of it yet
    this.#heldBytes += bytes.length;
    if (!this.#options.hold(bytes.length)) return this.#release();
    this.#frames.push(bytes);
    // Whoever speaks out of turn is not listened to any more, however many frames have come.
    while (!this.#isDone()) {
      const received = this.#frames.next();
      if (received === null) return;
      if (received === "tooLong") this.#release();
      else this.#onFrame(received);
    }
  }

  onProgramEnd(exitCode: number): void {
    if (this.#state.type !== "running") return;
    this.#answer({ exit_code: exitCode });
    this.#release();
  }

  #isDone(): boolean {
    return this.#state.type === "done";
  }

  close(): void {
    this.#state = { type: "done" };
    this.#frames = new FrameReader();
    this.#options.hold(-this.#heldBytes);
    this.#heldBytes = 0;
    this.#gone.abort();
  }

  #onFrame(received: Frame): void {
    switch (this.#state.type) {
      case "awaitsRequest": {
        const request = readExecRequest(received);
        if (request === null) return this.#release();
        this.#state = { type: "deciding" };
        void this.#decide(request);
        return;
      }
      case "awaitsDescriptors": {
        const targets = readTargets(received, this.#descriptors);
        if (targets === null) return this.#release();
        const { request } = this.#state;
        this.#state = { type: "running" };
        this.#options.send(programMessage(this.#number, request, targets));
        return;
      }
      case "deciding":
      case "running":
      case "done":
        return this.#release();
      default:
        return assertNever(this.#state);
    }
  }

  async #decide(request: ExecRequest): Promise<void> {
    const { escalation } = this.#options;
    const decision = await escalation
      .decide(request, { signal: this.#gone.signal })
      .catch((error: unknown): ExecDecision => {
        return {
          type: "deny",
          reason: `it could not be decided about: ${error instanceof Error ? error.message : String(error)}`,
        };
      });
    if (this.#state.type !== "deciding") return; // the wrapper has gone
    switch (decision.type) {
      case "run":
        this.#answer({ action: "Run" });
        return this.#release();
      case "deny":
        this.#answer({ action: { Deny: { reason: decision.reason.slice(0, MAX_REASON) } } });
        return this.#release();
      case "escalate":
        this.#state = { type: "awaitsDescriptors", request };
        return this.#answer({ action: "Escalate" });
      default:
        return assertNever(decision);
    }
  }

  #answer(value: object): void {
    this.#options.send(dataMessage(this.#number, frame(value)));
  }

  #release(): void {
    this.close();
    this.#options.send(releaseMessage(this.#number));
  }
}
