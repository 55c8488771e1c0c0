import { appendFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fieldsOf, textOf } from "./json.ts";

/**
 * What people call their threads. A name belongs to a thread whether it is loaded, stored or archived, and whoever has
 * it loaded; hence a file of its own, `<home>/session_index.jsonl`, to which every process appends: the last line of a
 * thread counts. The file and its lines are those of later versions of the reference.
 */
export interface ThreadNames {
  /** Null: it has none. */
  get(threadId: string): string | null;
  /** An empty name takes it away. @throws the error of the file system. */
  set(threadId: string, name: string, now: Date): void;
}

export function openThreadNames(path: string): ThreadNames {
  let names: ReadonlyMap<string, string> = new Map();
  let stamp = "";

  /** Other processes write, too. */
  const refresh = (): ReadonlyMap<string, string> => {
    const stats = statSync(path, { throwIfNoEntry: false });
    const current = stats === undefined ? "" : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
    if (current !== stamp) names = current === "" ? new Map() : readNames(path);
    stamp = current;
    return names;
  };
  return {
    get: (threadId) => refresh().get(threadId) ?? null,
    set(threadId, name, now) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const line = JSON.stringify({ id: threadId, thread_name: name, updated_at: now.toISOString() });
      // Behind a line feed of its own: a line that a crash has torn costs itself only.
      appendFileSync(path, `\n${line}\n`, { mode: 0o600 });
    },
  };
}

function readNames(path: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of readText(path).split("\n")) {
    const fields = fieldsOf(parse(line));
    const id = textOf(fields["id"]);
    const name = textOf(fields["thread_name"]);
    if (id === null || name === null) continue;
    if (name === "") names.delete(id);
    else names.set(id, name);
  }
  return names;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // gone or unreadable: nothing has a name
  }
}

function parse(line: string): Parameters<typeof fieldsOf>[0] {
  try {
    return JSON.parse(line);
  } catch {
    return null; // blank, or torn by a crash
  }
}
