import { decodeMessage, type Message } from "./message.ts";

/**
 * Marks, as a string inside this process, an integer id that a number cannot hold: ids have 64 bits on the wire and
 * must be echoed exactly. The digits follow. Nobody's own string ids begin with a NUL.
 */
const BIG_INTEGER = "\u0000i64:";

const LOWEST_ID = -(2n ** 63n);
const HIGHEST_ID = 2n ** 63n - 1n;

/** Values nested deeper than this are taken for no JSON, as the reference does: nothing then runs out of stack on them. */
const MAX_DEPTH = 128;

/**
 * Reads a line; `null` if it is no message, which is to be dropped.
 * Source: the app-server spec, section 1.
 */
export function decodeLine(line: string): Message | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (isDeeperThan(MAX_DEPTH, value)) return null;
  const message = decodeMessage(value);
  if (message === null || !("id" in message) || typeof message.id === "string") return message;
  if (Number.isSafeInteger(message.id)) return message;
  const digits = digitsOf(message.id, line);
  if (digits !== null) return { ...message, id: BIG_INTEGER + digits };
  // Not a 64-bit integer, hence no id: what has a method is then a notification.
  if (!("method" in message)) return null;
  const { method, params } = message;
  return params === undefined ? { method } : { method, params };
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === 0) return true;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    if (isDeeperThan(depth - 1, inner)) return true;
  }
  return false;
}

/** How a line writes an integer that came out rounded. */
function digitsOf(rounded: number, line: string): string | null {
  for (const [, digits] of line.matchAll(/"id"\s*:\s*(-?\d+)(?![\d.eE])/g)) {
    if (digits === undefined || Number(digits) !== rounded) continue;
    const exact = BigInt(digits);
    return exact >= LOWEST_ID && exact <= HIGHEST_ID ? exact.toString() : null;
  }
  return null;
}

/**
 * Writes a message as a line, with its `\n`.
 * @throws whatever `JSON.stringify` throws, for a value that is nested too deeply.
 */
export function encodeLine(message: Message): string {
  if (!isMarked(message)) return `${JSON.stringify(message)}\n`;
  const { id: marked, ...rest } = message;
  const digits = BigInt(marked.slice(BIG_INTEGER.length)).toString();
  return `{"id":${digits},${JSON.stringify(rest).slice(1)}\n`;
}

function isMarked(message: Message): message is Message & { readonly id: string } {
  return "id" in message && typeof message.id === "string" && message.id.startsWith(BIG_INTEGER);
}
