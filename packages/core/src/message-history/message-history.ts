import { waitForLockFile, type ResolvedConfig } from "@heddle/config";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, rename, unlink, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "../is-record.ts";

/** One thing that the user has said to any thread. */
export interface MessageEntry {
  readonly threadId: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly text: string;
}

/** The file at one moment. An entry is found again by this id and its offset, as long as the file is the same. */
export interface MessageLog {
  /** Null: there is no file yet. */
  readonly logId: number | null;
  readonly count: number;
}

/** Where a place and its entry are looked for. */
export interface EntryPlace {
  readonly logId: number;
  /** Counted from 0, the oldest. */
  readonly offset: number;
}

const FILE = "history.jsonl";
/** Ten tries of 100 ms. Source: engine spec, section 20.2. */
const LOCK_WAIT_MS = 1_000;
/** What is left after trimming, so that not every message trims. */
const KEPT_PERCENT = 80;
const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** What the user has said to the threads of a home, kept for clients that offer it again. */
export interface MessageHistory {
  /** Adds what was said now; see `appendMessage`. */
  append(threadId: string, text: string, limits: ResolvedConfig["history"]): Promise<void>;
  log(): Promise<MessageLog>;
  find(place: EntryPlace): Promise<MessageEntry | null>;
}

export function createMessageHistory(options: { readonly home: string; readonly clock: () => Date }): MessageHistory {
  const { home, clock } = options;
  return {
    append(threadId, text, limits) {
      const timestamp = Math.floor(clock().getTime() / 1000);
      return appendMessage({ threadId, timestamp, text }, { home, limits });
    },
    log: () => messageLog(home),
    find: (place) => findMessage(home, place),
  };
}

/**
 * Adds an entry to the home's file, in one write under a lock that all processes keep. Does nothing where the
 * configuration wants no history. When the file grows beyond its limit the oldest entries go, never the newest; it is then
 * another file, so that nobody finds the wrong entry under an old offset.
 * @throws the error of the file system; LockHeldError when another process keeps the lock for a second.
 */
export async function appendMessage(
  entry: MessageEntry,
  { home, limits }: { readonly home: string; readonly limits: ResolvedConfig["history"] },
): Promise<void> {
  if (limits.persistence === "none") return;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const path = join(home, FILE);
  const lock = await waitForLockFile(path, { waitMs: LOCK_WAIT_MS });
  try {
    const file = await open(path, "a", 0o600);
    try {
      // One that an earlier version, or another umask, has left readable for others.
      await file.chmod(0o600);
      await file.write(`${JSON.stringify({ session_id: entry.threadId, ts: entry.timestamp, text: entry.text })}\n`);
    } finally {
      await file.close();
    }
    if (limits.maxBytes !== null) await trim(path, limits.maxBytes);
  } finally {
    await lock.release();
  }
}

/** The file as it is now. */
export async function messageLog(home: string): Promise<MessageLog> {
  const file = await openIfThere(join(home, FILE));
  if (file === null) return { logId: null, count: 0 };
  try {
    const { ino } = await file.stat();
    let count = 0;
    for await (const _line of linesOf(file)) count += 1;
    return { logId: ino, count };
  } finally {
    await file.close();
  }
}

/** An entry; null when the file is another one by now, or has none there that can be read. */
export async function findMessage(home: string, { logId, offset }: EntryPlace): Promise<MessageEntry | null> {
  const file = await openIfThere(join(home, FILE));
  if (file === null) return null;
  try {
    if ((await file.stat()).ino !== logId) return null;
    let at = 0;
    for await (const line of linesOf(file)) {
      if (at === offset) return decodeEntry(line);
      at += 1;
    }
    return null;
  } finally {
    await file.close();
  }
}

async function trim(path: string, maxBytes: number): Promise<void> {
  const file = await open(path, "r");
  let kept: string;
  try {
    if ((await file.stat()).size <= maxBytes) return;
    const lines: string[] = [];
    for await (const line of linesOf(file)) lines.push(line);
    kept = newestWithin(lines, Math.floor((maxBytes * KEPT_PERCENT) / 100));
  } finally {
    await file.close();
  }
  const staged = `${path}.${randomUUID()}.new`;
  try {
    await writeFile(staged, kept, { flag: "wx", mode: 0o600 });
    await chmod(staged, 0o600);
    await rename(staged, path);
  } catch (error) {
    await unlink(staged).catch(() => {});
    throw error;
  }
}

/** The newest lines that fit, and the very newest in any case. */
function newestWithin(lines: readonly string[], maxBytes: number): string {
  let left = maxBytes;
  let first = lines.length;
  while (first > 0) {
    left -= Buffer.byteLength(lines[first - 1] ?? "") + 1;
    if (left < 0 && first < lines.length) break;
    first -= 1;
  }
  return lines
    .slice(first)
    .map((line) => `${line}\n`)
    .join("");
}

/** Whole lines, one after the other: a last one without its end is still being written. */
async function* linesOf(file: FileHandle): AsyncGenerator<string, void, undefined> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const parts: Buffer[] = [];
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    let start = 0;
    for (;;) {
      const end = buffer.subarray(0, bytesRead).indexOf(LINE_FEED, start);
      if (end === -1) break;
      parts.push(Buffer.from(buffer.subarray(start, end)));
      yield Buffer.concat(parts.splice(0)).toString("utf8");
      start = end + 1;
    }
    parts.push(Buffer.from(buffer.subarray(start, bytesRead)));
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function decodeEntry(line: string): MessageEntry | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value)) return null;
    const { session_id: threadId, ts: timestamp, text } = value;
    if (typeof threadId !== "string" || typeof timestamp !== "number" || typeof text !== "string") return null;
    return { threadId, timestamp, text };
  } catch {
    return null; // torn by a crash, or written by somebody else
  }
}
