import { isUtf8 } from "node:buffer";
import { guessEncoding } from "./legacy-encoding.ts";
import type { Retained } from "./retained-output.ts";
import { decodeWindows1252 } from "./windows-1252.ts";

/**
 * The text of an output in whatever encoding it is: UTF-8 where it is valid, UTF-16 with a byte order mark, else a guess
 * among the legacy encodings, else UTF-8 with replacement characters. Where bytes were left out, a line says how many.
 */
export function decodeOutput({ head, tail, omittedBytes }: Retained): string {
  if (omittedBytes === 0) return decodeBytes(head);
  const start = trimEnd(head);
  const end = trimStart(tail);
  const omitted = omittedBytes + (head.length - start.length) + (tail.length - end.length);
  return `${decodeBytes(start)}\n…${omitted} bytes omitted…\n${decodeBytes(end)}`;
}

function decodeBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString("utf8");
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return new TextDecoder("utf-16le").decode(buffer);
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return new TextDecoder("utf-16be").decode(buffer);
  const encoding = guessEncoding(buffer);
  if (encoding === null) return buffer.toString("utf8");
  return encoding === "windows-1252" ? decodeWindows1252(buffer) : new TextDecoder(encoding).decode(buffer);
}

/** Without the first bytes of a character whose rest is missing. */
function trimEnd(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return back < sequenceLength(byte) ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Without the last bytes of a character whose beginning is missing. */
function trimStart(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < Math.min(3, bytes.length) && isContinuation(bytes[start] ?? 0)) start += 1;
  return bytes.subarray(start);
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function sequenceLength(byte: number): number {
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc0 ? 2 : 1;
}
