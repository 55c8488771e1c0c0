import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RolloutError } from "./rollout-error.ts";
import { createRolloutWriter } from "./writer.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollout-writer-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const line = (n: number) => ({ timestamp: "2026-11-22T07:20:02.827Z", type: "event", payload: { n } });
const text = (n: number) => `{"timestamp":"2026-11-22T07:20:02.827Z","type":"event","payload":{"n":${n}}}\n`;

test("lines are appended in order, one JSON object per line", async () => {
  const path = join(folder, "sessions", "2026", "11", "22", "rollout.jsonl");
  const writer = createRolloutWriter({ path, create: true });
  writer.append([line(1), line(2)]);
  writer.append([line(3)]);
  await writer.flush();
  writer.append([line(4)]);
  await writer.close();
  expect(await readFile(path, "utf8")).toBe(text(1) + text(2) + text(3) + text(4));
});

test("what was appended is in the file at the end of the tick, without a flush", async () => {
  const path = join(folder, "rollout.jsonl");
  const writer = createRolloutWriter({ path, create: true });
  writer.append([line(1)]);
  await Promise.resolve();
  expect(await readFile(path, "utf8")).toBe(text(1));
  await writer.close();
});

test("files are for their owner only, folders too", async () => {
  const path = join(folder, "sessions", "2026", "rollout.jsonl");
  const writer = createRolloutWriter({ path, create: true });
  writer.append([line(1)]);
  await writer.close();
  const modes = await Promise.all([path, dirname(path), join(folder, "sessions")].map((entry) => stat(entry)));
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o700, 0o700]);
});

test("a torn last line costs itself only: the next line begins on its own", async () => {
  const path = join(folder, "rollout.jsonl");
  await writeFile(path, `${text(1)}{"timestamp":"2026-11`);
  const writer = createRolloutWriter({ path, create: false });
  writer.append([line(2)]);
  await writer.close();
  expect(await readFile(path, "utf8")).toBe(`${text(1)}{"timestamp":"2026-11\n${text(2)}`);
});

test("a new rollout does not take over a file that is there", async () => {
  const path = join(folder, "rollout.jsonl");
  await writeFile(path, text(1));
  const writer = createRolloutWriter({ path, create: true });
  writer.append([line(2)]);
  await expect(writer.flush()).rejects.toMatchObject({ failure: { kind: "writeFailed", path } });
  expect(await readFile(path, "utf8")).toBe(text(1));
  await writer.close();
});

test("a failed write is told once, and then to everyone who appends or flushes", async () => {
  const path = join(folder, "gone", "rollout.jsonl");
  const writer = createRolloutWriter({ path, create: false });
  const errors: RolloutError[] = [];
  writer.onError((error) => errors.push(error));
  writer.append([line(1)]);
  await expect(writer.flush()).rejects.toThrow(RolloutError);
  expect(() => writer.append([line(2)])).toThrow(RolloutError);
  await writer.close();
  expect(errors.map(({ failure }) => failure)).toEqual([
    { kind: "writeFailed", path, reason: "ENOENT: no such file or directory" },
  ]);
});

test("after close nothing is appended, and closing again does nothing", async () => {
  const path = join(folder, "rollout.jsonl");
  const writer = createRolloutWriter({ path, create: true });
  writer.append([line(1)]);
  await writer.close();
  await writer.close();
  expect(() => writer.append([line(2)])).toThrow(`rollout ${path} is closed`);
});
