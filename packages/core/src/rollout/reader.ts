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
  // Piece by piece from the bytes: a file of images can be longer than the longest string.
  for (let start = 0; start < bytes.length;) {
    const end = endOfPiece(bytes, start);
    const texts = bytes
      .toString("utf8", start, end)
      .split("\n")
      .filter((text) => text.trim() !== "");
    start = end + 1;
    for (const line of parseTogether(texts) ?? texts.map(parseLine)) {
      if (line === null) skipped += 1;
      else lines.push(line);
    }
  }
  return { lines, skipped };
}

/** Long enough that a parser is not begun for each line, short enough that what it needs is soon free again. */
const PIECE_BYTES = 256 * 1024;

/** The line feed, or the end, behind the first lines that make up a piece. */
function endOfPiece(bytes: Buffer, start: number): number {
  const feed = bytes.indexOf(0x0a, Math.min(start + PIECE_BYTES, bytes.length));
  return feed === -1 ? bytes.length : feed;
}

/**
 * All lines in one go, a third faster than one by one and with half the garbage; null when that does not come to as many
 * values as there are lines, since one of them is broken: then each has to be looked at by itself.
 */
function parseTogether(texts: readonly string[]): readonly (RolloutLine | null)[] | null {
  let values: JsonValue;
  try {
    values = JSON.parse(`[${texts.join(",")}]`);
  } catch {
    return null;
  }
  return Array.isArray(values) && values.length === texts.length ? values.map(lineOf) : null;
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
  return lineOf(value);
}

function lineOf(value: JsonValue): RolloutLine | null {
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
