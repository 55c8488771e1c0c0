import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createThreadReader } from "./thread-reader.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "thread-reader-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const line = (type: string, payload: unknown): string =>
  `${JSON.stringify({ timestamp: "2026-11-22T07:20:02.827Z", type, payload })}\n`;

test("what was read is given once more while the file is the same, and read again when it has grown", async () => {
  const path = join(folder, "rollout.jsonl");
  writeFileSync(path, line("session_meta", { id: "01a20220-0000-7000-8000-000000000001" }));
  const read = createThreadReader();
  const first = await read(path);
  expect(await read(path)).toBe(first);
  expect(await read(path)).not.toBe(first);
  appendFileSync(path, line("event", { v: 1, event: { type: "turnStarted", turnId: "4" } }));
  expect(await read(path)).toMatchObject({ nextTurn: 5 });
});
