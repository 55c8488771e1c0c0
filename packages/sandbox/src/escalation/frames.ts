import { isUtf8 } from "node:buffer";

const HEAD_BYTES = 4;
/** More than the arguments and variables of a program can have, as JSON. */
const MAX_FRAME_BYTES = 4 << 20;

/** The text of a frame. */
export interface Frame {
  readonly text: string;
  /** False when bytes of it were no UTF-8. */
  readonly exact: boolean;
}

/** Takes frames out of a stream, one at a time: a length of 32 bits and as many bytes. Source: MCP spec, section D. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  push(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
  }

  /** The next frame that has come whole; null when there is none yet, `tooLong` when it would be too long. */
  next(): Frame | null | "tooLong" {
    if (this.#size < HEAD_BYTES) return null;
    const length = this.#joined(HEAD_BYTES).readUInt32LE(0);
    if (length > MAX_FRAME_BYTES) return "tooLong";
    const end = HEAD_BYTES + length;
    if (this.#size < end) return null;
    const all = this.#joined(end);
    const body = all.subarray(HEAD_BYTES, end);
    this.#chunks = [all.subarray(end)];
    this.#size -= end;
    return { text: body.toString("utf8"), exact: isUtf8(body) };
  }

  /** The first chunk, grown until it has so many bytes. */
  #joined(bytes: number): Buffer {
    const [first = Buffer.alloc(0)] = this.#chunks;
    if (first.length >= bytes) return first;
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}

export function frame(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}
