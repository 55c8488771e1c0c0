import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { JsonValue, UserInput } from "@heddle/protocol";
import { elementsOf, fieldsOf, textOf } from "./json.ts";
import { isContextText } from "../context/context-message.ts";
import { previewOfText, saidIn } from "./preview.ts";
import { parseLine, type RolloutLine } from "./reader.ts";
import { decodeSessionMeta, type SessionFacts } from "./session-meta.ts";

/** What the first lines of a rollout say about its thread. */
export interface RolloutHead {
  readonly meta: SessionFacts;
  /** The text of the first user message; null when nobody has said anything yet. */
  readonly preview: string | null;
  readonly sizeBytes: number;
  /** Last change of the file. */
  readonly updatedAt: Date;
}

/** Most heads end within it: the instructions of a project stand in two lines of up to 32 KiB each. */
const FIRST_READ_BYTES = 32 * 1024;
/** Where the search for a first message ends: pasted images may stand before it. */
const MAX_HEAD_BYTES = 64 * 1024 * 1024;

/**
 * Reads a rollout up to the first user message; null when the file does not begin as a rollout does or cannot be read.
 * Synchronous: a page is some thirty of these, and each costs a third of what the thread pool would make of it.
 */
export function readHead(path: string): RolloutHead | null {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return null; // gone meanwhile, or not ours to read: lists leave it out
  }
  try {
    const { size, mtime } = fstatSync(fd);
    return scanHead(headLines(fd, size), { sizeBytes: size, updatedAt: mtime });
  } catch {
    return null; // a folder of that name, or a disk that fails
  } finally {
    closeSync(fd);
  }
}

function scanHead(lines: Iterable<string>, file: { sizeBytes: number; updatedAt: Date }): RolloutHead | null {
  let meta: SessionFacts | null = null;
  for (const text of lines) {
    if (isOfNoInterest(text)) continue;
    const line = parseLine(text);
    if (line === null) continue;
    if (line.type === "session_meta") {
      meta ??= decodeSessionMeta(line);
      continue;
    }
    const message = firstMessage(line);
    if (message === null || isContextText(message)) continue;
    return meta === null ? null : { meta, preview: previewOfText(message), ...file };
  }
  return meta === null ? null : { meta, preview: null, ...file };
}

/** Lines of the model's history are long and say nothing here; their type stands within the first bytes. */
function isOfNoInterest(text: string): boolean {
  return text.slice(0, 96).includes('"type":"response_item"');
}

function* headLines(fd: number, size: number): Generator<string, void, undefined> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let chunkBytes = FIRST_READ_BYTES;
  for (let at = 0; at < Math.min(size, MAX_HEAD_BYTES);) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, size - at));
    const count = readSync(fd, chunk, 0, chunk.length, at);
    if (count === 0) break;
    at += count;
    chunkBytes = Math.min(chunkBytes * 2, 1024 * 1024);
    const text = decoder.write(chunk.subarray(0, count));
    if (!text.includes("\n")) {
      rest += text;
      continue;
    }
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest; // complete only if the file ends without a line feed; a torn one does not parse
}

/** The text of a line that is a user's message, in our own form or the reference's; null for any other line. */
function firstMessage({ type, payload }: RolloutLine): string | null {
  const fields = fieldsOf(payload);
  if (type === "event_msg") {
    return fields["type"] === "user_message" ? (textOf(fields["message"]) ?? "") : null;
  }
  if (type !== "event") return null;
  const event = fieldsOf(fields["event"]);
  const item = fieldsOf(event["item"]);
  if (event["type"] !== "itemCompleted" || item["type"] !== "userMessage") return null;
  return saidIn(elementsOf(item["content"]).flatMap((part) => decodePart(part) ?? []));
}

/** What of an input can be read: its texts, and the names of skills. */
function decodePart(part: JsonValue): UserInput | null {
  const { type, text, name, path } = fieldsOf(part);
  if (type === "text") return { type, text: textOf(text) ?? "" };
  return type === "skill" ? { type, name: textOf(name) ?? "", path: textOf(path) ?? "" } : null;
}
