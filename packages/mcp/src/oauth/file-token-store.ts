import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isObject } from "../json.ts";
import { McpError, reasonOf } from "../mcp-error.ts";
import { decodeRecord, encodeRecord, recordKey } from "./token-record.ts";
import type { TokenStore, WithLock } from "./token-store.ts";

/** The store in a file of the home: `.credentials.json`, readable for its owner alone, gone when it is empty. */
export function createFileTokenStore(options: { readonly home: string; readonly withLock: WithLock }): TokenStore {
  const { home, withLock } = options;
  const file = join(home, ".credentials.json");
  const change = async <T>(edit: (records: Map<string, unknown>) => T): Promise<T> => {
    await mkdir(home, { recursive: true, mode: 0o700 });
    return withLock(file, async () => {
      const records = await readRecords(file);
      const result = edit(records);
      if (records.size === 0) await rm(file, { force: true });
      else await replaceFile(file, `${JSON.stringify(Object.fromEntries(records))}\n`);
      return result;
    });
  };
  return {
    async load(server, url) {
      return decodeRecord((await readRecords(file)).get(recordKey(server, url)));
    },
    save: (record) =>
      change((records) => void records.set(recordKey(record.serverName, record.serverUrl), encodeRecord(record))),
    async remove(server, url) {
      const key = recordKey(server, url);
      if (!(await readRecords(file)).has(key)) return false;
      return change((records) => records.delete(key));
    },
    async whileAlone(server, url, work) {
      await mkdir(home, { recursive: true, mode: 0o700 });
      // Beside the file and not its own lock: what is done takes a request to a server.
      return withLock(`${file}.${lockName(server, url)}`, work);
    },
  };
}

/** A name for files: what a server is called may have any characters. */
function lockName(server: string, url: string): string {
  return createHash("sha256").update(recordKey(server, url)).digest("hex").slice(0, 16);
}

/** All records as they are, also those that we cannot read: they stay. */
async function readRecords(file: string): Promise<Map<string, unknown>> {
  let text;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
    throw new McpError({ kind: "badStore", file, reason: reasonOf(error) }, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new McpError({ kind: "badStore", file, reason: reasonOf(error) }, { cause: error });
  }
  if (!isObject(value)) throw new McpError({ kind: "badStore", file, reason: "it is no JSON object" });
  return new Map(Object.entries(value));
}

/** Readers see the old or the new text, whole. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = join(dirname(file), `.credentials.json.${crypto.randomUUID()}`);
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new McpError({ kind: "badStore", file, reason: reasonOf(error) }, { cause: error });
  }
}
