import { readFile } from "node:fs/promises";
import type { JsonValue } from "@heddle/protocol";
import { isObject } from "./json.ts";
import { reasonOf, RolloutError } from "./rollout-error.ts";
import { decodeSessionMeta } from "./session-meta.ts";

/** A line of a rollout. What `payload` holds follows from `type` and is for a codec to say. */
export interface RolloutLine {
  readonly timestamp: string;
  readonly type: string;
  readonly payload: JsonValue;
}

/** What a rollout holds. */
export interface Rollout {
  readonly lines: readonly RolloutLine[];
  /** Lines that are no JSON object with a timestamp, a type and a payload: torn by a crash, or damaged. */
  readonly skipped: number;
}

/**
 * Reads a whole rollout. Broken lines cost themselves only.
 * @throws RolloutError `unreadable`, `empty`, or `noSessionMeta` when no line says which thread this is.
 */
export async function readRollout(path: string): Promise<Rollout> {
  const rollout = parseRollout(await readBytes(path));
  const { lines, skipped } = rollout;
  if (lines.length === 0 && skipped === 0) throw new RolloutError({ kind: "empty", path });
  if (lines.some((line) => line.type === "session_meta" && decodeSessionMeta(line) !== null)) return rollout;
  const reason =
    lines.length === 0
      ? `none of its ${skipped} lines is a JSON object with timestamp, type and payload`
      : "it has no `session_meta` line with the id of a thread";
  throw new RolloutError({ kind: "noSessionMeta", path, line: lines.length === 0 ? 1 : null, reason });
}

/** Splits bytes into lines. Blank lines are no lines. */
export function parseRollout(bytes: Buffer): Rollout {
  const lines: RolloutLine[] = [];
  let skipped = 0;
  // Line by line from the bytes: a file of images can be longer than the longest string.
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed;
    const text = bytes.toString("utf8", start, end);
    start = end + 1;
    const line = parseLine(text);
    if (line !== null) lines.push(line);
    else if (text.trim() !== "") skipped += 1;
  }
  return { lines, skipped };
}

/** Reads one line; null when it is broken or blank. */
export function parseLine(text: string): RolloutLine | null {
  if (!text.startsWith("{")) return null;
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // torn by a crash, or damaged: the caller counts it
  }
  if (!isObject(value)) return null;
  const { timestamp, type, payload } = value;
  if (typeof timestamp !== "string" || typeof type !== "string" || payload === undefined) return null;
  return { timestamp, type, payload };
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new RolloutError({ kind: "unreadable", path, reason: reasonOf(cause) }, { cause });
  }
}
