import type { ExecRequest } from "./escalation.ts";

/** What the watching helper tells about the streams of wrappers; see `helper/escalate.h`. */
export type HelperMessage =
  | { readonly type: "data"; readonly stream: number; readonly bytes: Buffer }
  /** So many descriptors came with the bytes that follow. */
  | { readonly type: "descriptors"; readonly stream: number; readonly count: number }
  | { readonly type: "gone"; readonly stream: number }
  | { readonly type: "programEnded"; readonly stream: number; readonly exitCode: number };

const HEAD_BYTES = 12;
const KINDS = { data: code("d"), descriptors: code("f"), gone: code("c"), program: code("x") } as const;

/** Takes messages out of the control channel. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): readonly HelperMessage[] {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const messages: HelperMessage[] = [];
    while (rest.length >= HEAD_BYTES) {
      const end = HEAD_BYTES + rest.readUInt32LE(8);
      if (rest.length < end) break;
      const message = decode(rest.readUInt32LE(0), rest.readUInt32LE(4), rest.subarray(HEAD_BYTES, end));
      if (message !== null) messages.push(message);
      rest = rest.subarray(end);
    }
    this.#rest = rest;
    return messages;
  }
}

function decode(kind: number, stream: number, bytes: Buffer): HelperMessage | null {
  switch (kind) {
    case KINDS.data:
      return { type: "data", stream, bytes };
    case KINDS.descriptors:
      return { type: "descriptors", stream, count: bytes.readUInt32LE(0) };
    case KINDS.gone:
      return { type: "gone", stream };
    case KINDS.program:
      return { type: "programEnded", stream, exitCode: bytes.readUInt32LE(0) };
    default:
      return null; // none of this version's
  }
}

/** Bytes for a wrapper. */
export function dataMessage(stream: number, bytes: Buffer): Buffer {
  return message(KINDS.data, stream, bytes);
}

/** Lets a wrapper go, and ends the program that was run for it. */
export function releaseMessage(stream: number): Buffer {
  return message(KINDS.gone, stream, Buffer.alloc(0));
}

/** Runs a program outside of the sandbox; `targets` are the numbers that the wrapper's descriptors get. No text has a NUL. */
export function programMessage(
  stream: number,
  { file, argv, workdir, env }: ExecRequest,
  targets: readonly number[],
): Buffer {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const numbers = [targets.length, argv.length, variables.length, ...targets];
  const head = Buffer.alloc(4 * numbers.length);
  for (const [index, number] of numbers.entries()) head.writeUInt32LE(number, 4 * index);
  const texts = [file, workdir, ...argv, ...variables].map((text) => `${text}\0`).join("");
  return message(KINDS.program, stream, Buffer.concat([head, Buffer.from(texts)]));
}

function message(kind: number, stream: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(kind, 0);
  head.writeUInt32LE(stream, 4);
  head.writeUInt32LE(bytes.length, 8);
  return Buffer.concat([head, bytes]);
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}
