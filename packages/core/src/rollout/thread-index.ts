import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue, SessionSource } from "@heddle/protocol";
import { elementsOf, textOf } from "./json.ts";
import { decodeSource } from "./session-meta.ts";
import type { RolloutFile } from "./walk.ts";

/** What decides whether a rollout is in a list. */
export interface ThreadFacts {
  /** File name of the rollout. */
  readonly name: string;
  /** Length of the file when it was read. */
  readonly sizeBytes: number;
  readonly hasMessage: boolean;
  readonly source: SessionSource;
  readonly modelProvider: string | null;
}

/**
 * What is known about rollouts without opening them. A list of a hundred threads that a person started must not open
 * the five thousand that a bot started; a rollout's beginning never changes, so that each is opened once.
 *
 * Only an aid: it is kept in `<home>/sessions_index.jsonl`, may be deleted at any time, and where it cannot be written
 * lists are slower, not wrong.
 */
export interface ThreadIndex {
  /** Takes over what other processes have added. */
  refresh(): void;
  /** Null: not known, or not valid any more. */
  facts(file: RolloutFile): ThreadFacts | null;
  add(facts: readonly ThreadFacts[]): void;
}

const INDEX_FILE = "sessions_index.jsonl";
/** First line of the file. A file with another one is of another version and is made anew. */
const HEADER = '["sessions_index",1]';
/** So many lines that say nothing new are put up with before the file is written anew. */
const MAX_STALE_LINES = 1000;

export function openThreadIndex(home: string): ThreadIndex {
  return new FileThreadIndex(home);
}

class FileThreadIndex implements ThreadIndex {
  readonly #home: string;
  readonly #path: string;
  readonly #facts = new Map<string, ThreadFacts>();
  #lineCount = 0;
  /** Which state of the file is in memory; another state means that somebody else has written. */
  #stamp: string | null = null;

  constructor(home: string) {
    this.#home = home;
    this.#path = join(home, INDEX_FILE);
  }

  refresh(): void {
    const stamp = this.#currentStamp();
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    if (stamp === null) return; // what is in memory stays true
    const [header = "", ...lines] = readText(this.#path).split("\n");
    if (header !== HEADER) {
      this.#stamp = null;
      return;
    }
    this.#lineCount = lines.length;
    for (const entry of parseLines(lines)) {
      const facts = decodeFacts(entry);
      if (facts !== null) this.#facts.set(facts.name, facts);
    }
  }

  facts({ folder, name }: RolloutFile): ThreadFacts | null {
    const facts = this.#facts.get(name) ?? null;
    // A thread that nobody had spoken in may have got its first message since.
    return facts === null || facts.hasMessage || sizeOf(join(folder, name)) === facts.sizeBytes ? facts : null;
  }

  add(added: readonly ThreadFacts[]): void {
    if (added.length === 0) return;
    for (const facts of added) this.#facts.set(facts.name, facts);
    this.#lineCount += added.length;
    try {
      if (this.#stamp === null || this.#lineCount > this.#facts.size + MAX_STALE_LINES) this.#rewrite();
      // Behind a line feed of its own: a line that a crash has torn costs itself only.
      else appendFileSync(this.#path, `\n${added.map(encodeFacts).join("\n")}`);
      this.#stamp = this.#currentStamp();
    } catch {
      this.#stamp = null; // a home that cannot be written to has no index
    }
  }

  /** Beside the old file and then in its place, so that a crash leaves one or the other. */
  #rewrite(): void {
    mkdirSync(this.#home, { recursive: true, mode: 0o700 });
    const draft = `${this.#path}.${randomUUID()}`;
    try {
      const lines = [HEADER, ...Array.from(this.#facts.values(), encodeFacts)];
      writeFileSync(draft, `${lines.join("\n")}\n`, { mode: 0o600, flag: "wx" });
      renameSync(draft, this.#path);
    } catch (error) {
      removeIfThere(draft);
      throw error;
    }
    this.#lineCount = this.#facts.size;
  }

  #currentStamp(): string | null {
    const stats = statSync(this.#path, { throwIfNoEntry: false });
    return stats === undefined ? null : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
  }
}

function encodeFacts({ name, sizeBytes, hasMessage, source, modelProvider }: ThreadFacts): string {
  return JSON.stringify([name, sizeBytes, hasMessage ? 1 : 0, source, modelProvider]);
}

/** All lines in one go, ten times as fast as one by one; one by one only when a crash has torn one of them. */
function parseLines(lines: readonly string[]): readonly JsonValue[] {
  const entries = lines.filter((line) => line !== "");
  return parseJson(`[${entries.join(",")}]`) ?? entries.flatMap((line) => parseJson(`[${line}]`) ?? []);
}

function parseJson(text: string): readonly JsonValue[] | null {
  try {
    const value: JsonValue = JSON.parse(text);
    return elementsOf(value);
  } catch {
    return null;
  }
}

function decodeFacts(entry: JsonValue): ThreadFacts | null {
  const [name, sizeBytes, hasMessage, source, modelProvider] = elementsOf(entry);
  if (typeof name !== "string" || typeof sizeBytes !== "number") return null;
  return {
    name,
    sizeBytes,
    hasMessage: hasMessage === 1,
    source: decodeSource(source),
    modelProvider: textOf(modelProvider),
  };
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // gone or unreadable: made anew
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // it was never made
  }
}
