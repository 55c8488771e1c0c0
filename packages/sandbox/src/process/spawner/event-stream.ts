import { decodeEvent, decodeHeader, HEADER_BYTES, isOutput, type Header, type SpawnerEvent } from "./messages.ts";

/** Who is told what the spawner says. */
export interface EventHandlers {
  readonly event: (id: number, event: SpawnerEvent) => void;
  /** Bytes of the output that was told last, as they come: an output may come in several pieces. */
  readonly bytes: (id: number, stream: "stdout" | "stderr", bytes: Buffer) => void;
}

/** Takes apart what the spawner writes, whatever pieces it arrives in. Output is not copied. */
export class EventStream {
  readonly #handlers: EventHandlers;
  /** The beginning of a message whose rest has not come. */
  #partial: Buffer = Buffer.alloc(0);
  /** The output that is being passed on, and how much of it has not come. */
  #output: { readonly id: number; readonly stream: "stdout" | "stderr"; left: number } | null = null;

  constructor(handlers: EventHandlers) {
    this.#handlers = handlers;
  }

  push(chunk: Buffer): void {
    let rest = this.#partial.length === 0 ? chunk : Buffer.concat([this.#partial, chunk]);
    for (let next = this.#step(rest); next !== null; next = this.#step(rest)) rest = next;
    this.#partial = rest;
  }

  /** What is left of the bytes; null when they do not suffice. */
  #step(bytes: Buffer): Buffer | null {
    if (this.#output !== null) return bytes.length === 0 ? null : this.#passOn(this.#output, bytes);
    if (bytes.length < HEADER_BYTES) return null;
    const header = decodeHeader(bytes);
    const body = isOutput(header) ? 0 : header.size;
    if (bytes.length < HEADER_BYTES + body) return null;
    this.#tell(header, bytes.subarray(HEADER_BYTES, HEADER_BYTES + body));
    return bytes.subarray(HEADER_BYTES + body);
  }

  #tell(header: Header, body: Buffer): void {
    const event = decodeEvent(header, body);
    if (event.kind === "output" && !event.ended) {
      this.#output = { id: header.id, stream: event.stream, left: header.size };
    } else {
      this.#handlers.event(header.id, event);
    }
  }

  #passOn(output: { readonly id: number; readonly stream: "stdout" | "stderr"; left: number }, bytes: Buffer): Buffer {
    const piece = bytes.length <= output.left ? bytes : bytes.subarray(0, output.left);
    output.left -= piece.length;
    if (output.left === 0) this.#output = null;
    this.#handlers.bytes(output.id, output.stream, piece);
    return bytes.subarray(piece.length);
  }
}
