import type { OutputDelta } from "../outcome.ts";
import type { Launch } from "../launch.ts";

// What the spawner and we say to each other; see `helper/messages.h`.

/** Size, id of the command, kind, detail. */
export const HEADER_BYTES = 12;
/** How much input is sent at once: as much as the spawner keeps of a command. */
export const INPUT_BYTES = 16_384;
/** Longer requests are refused by the spawner; the system starts no process with so many arguments anyway. */
export const MAX_REQUEST_BYTES = 4 * 1024 * 1024 - HEADER_BYTES;

const START = 1;
const INPUT = 2;
const PAUSE = 3;
const RESUME = 4;
const CLOSE = 5;
const SIGNAL = 6;
const SIGNAL_GROUP = 7;

const READY = 1;
const STARTED = 2;
const FAILED = 3;
const OUTPUT = 4;
const TAKEN = 5;
const EXITED = 6;

type StreamName = OutputDelta["stream"];

/** What the spawner does for a command that it follows. */
export type Request =
  | { readonly kind: "input"; readonly bytes: Uint8Array }
  | { readonly kind: "pause" | "resume" | "close"; readonly stream: StreamName }
  | { readonly kind: "signal"; readonly signal: number; readonly group: boolean };

/** `errno` is that of the system, 0 for none. */
export type SpawnerEvent =
  | { readonly kind: "ready"; readonly landlockAbi: number }
  | { readonly kind: "started"; readonly pid: number }
  | { readonly kind: "failed"; readonly errno: number }
  /** Its bytes follow, `ended` when there are none. */
  | { readonly kind: "output"; readonly stream: StreamName; readonly ended: boolean }
  | { readonly kind: "taken"; readonly errno: number }
  /** `signal` 0: it ended by itself. */
  | { readonly kind: "exited"; readonly code: number; readonly signal: number; readonly status: string };

export function encodeRequest(id: number, request: Request): Buffer {
  switch (request.kind) {
    case "input":
      return message(id, INPUT, 0, request.bytes);
    case "pause":
      return message(id, PAUSE, numberOf(request.stream));
    case "resume":
      return message(id, RESUME, numberOf(request.stream));
    case "close":
      return message(id, CLOSE, numberOf(request.stream));
    case "signal":
      return message(id, request.group ? SIGNAL_GROUP : SIGNAL, request.signal);
  }
}

/** The command with all that it needs: numbers, the filter, then strings that end with a zero byte. */
export function encodeStart(
  id: number,
  { args, cwd, env, filter, stdin }: Pick<Launch, "cwd" | "env" | "filter" | "stdin"> & { args: readonly string[] },
): Buffer {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const strings = Buffer.from(`${[cwd, ...args, ...variables].join("\0")}\0`);
  const numbers = Buffer.alloc(16);
  numbers.writeUInt32LE(filter?.length ?? 0, 0);
  numbers.writeUInt32LE(args.length, 4);
  numbers.writeUInt32LE(variables.length, 8);
  numbers.writeUInt32LE(stdin === "pipe" ? 1 : 0, 12);
  return message(id, START, 0, Buffer.concat([numbers, filter ?? Buffer.alloc(0), strings]));
}

export interface Header {
  readonly size: number;
  readonly id: number;
  readonly kind: number;
  readonly detail: number;
}

export function decodeHeader(bytes: Buffer): Header {
  const [size, id] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  return { size, id, kind: bytes.readUInt16LE(8), detail: bytes.readUInt16LE(10) };
}

/** Whether the bytes of a message are to be passed on as they come, and not awaited. */
export function isOutput({ kind }: Header): boolean {
  return kind === OUTPUT;
}

/** @param body all of it, but nothing of an output. */
export function decodeEvent({ kind, detail, size }: Header, body: Buffer): SpawnerEvent {
  switch (kind) {
    case READY:
      return { kind: "ready", landlockAbi: body.readUInt32LE(0) };
    case STARTED:
      return { kind: "started", pid: body.readUInt32LE(0) };
    case FAILED:
      return { kind: "failed", errno: body.readUInt32LE(0) };
    case OUTPUT:
      return { kind: "output", stream: detail === 1 ? "stdout" : "stderr", ended: size === 0 };
    case TAKEN:
      return { kind: "taken", errno: detail };
    case EXITED:
      return { kind: "exited", code: body.readUInt32LE(0), signal: detail, status: body.toString("utf8", 4) };
    default:
      throw new Error(`the spawner says something that is not known: ${kind}`);
  }
}

function numberOf(stream: StreamName): number {
  return stream === "stdout" ? 1 : 2;
}

function message(id: number, kind: number, detail: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  bytes.writeUInt32LE(body.length, 0);
  bytes.writeUInt32LE(id, 4);
  bytes.writeUInt16LE(kind, 8);
  bytes.writeUInt16LE(detail, 10);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}
