import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseRollout, readRollout } from "./reader.ts";
import { createRolloutWriter } from "./writer.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollout-reader-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const timestamp = "2026-11-22T07:20:02.827Z";
const meta = { timestamp, type: "session_meta", payload: { id: "01a20220-0000-7000-8000-000000000001" } };
const event = (text: string) => ({ timestamp, type: "event", payload: { text } });

async function rolloutOf(text: string | Buffer): Promise<string> {
  const path = join(folder, "rollout.jsonl");
  await writeFile(path, text);
  return path;
}

test("broken, blank and foreign lines are skipped and counted, the others are read", async () => {
  const lines = [
    JSON.stringify(meta),
    "",
    "no json",
    '{"timestamp":"t","type":"event"}',
    "[1]",
    '{"timestamp":1,"type":"event","payload":{}}',
    JSON.stringify(event("ü🙂\u2028")),
    '{"timestamp":"2026-11-22T07:20',
  ];
  expect(await readRollout(await rolloutOf(lines.join("\n")))).toEqual({
    lines: [meta, event("ü🙂\u2028")],
    skipped: 5,
  });
});

test("a file cut anywhere loses its last line only", () => {
  const whole = Buffer.from(`${[meta, event("grüße"), event("b")].map((line) => JSON.stringify(line)).join("\n")}\n`);
  for (let length = 0; length <= whole.length; length += 1) {
    const cut = whole.subarray(0, length);
    const complete = cut.toString("latin1").split("\n").length - 1;
    const { lines } = parseRollout(Buffer.from(cut));
    expect(lines.length).toBeGreaterThanOrEqual(complete);
    expect(lines).toEqual([meta, event("grüße"), event("b")].slice(0, lines.length));
  }
});

test("what is written is read, whatever the texts are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary" })), async (texts) => {
      const path = join(folder, `${texts.length}-${Math.random()}.jsonl`);
      const writer = createRolloutWriter({ path, create: true });
      const lines = [meta, ...texts.map(event)];
      writer.append(lines);
      await writer.close();
      expect(await readRollout(path)).toEqual({ lines, skipped: 0 });
    }),
    { numRuns: 30 },
  );
});

test("a file that tells no thread is an error that names place and reason", async () => {
  await expect(readRollout(await rolloutOf(""))).rejects.toMatchObject({ failure: { kind: "empty" } });
  await expect(readRollout(await rolloutOf("PNG\u0000\n\u0001"))).rejects.toMatchObject({
    failure: { kind: "noSessionMeta", path: join(folder, "rollout.jsonl"), line: 1 },
  });
  await expect(readRollout(await rolloutOf(JSON.stringify(event("a"))))).rejects.toMatchObject({
    failure: { kind: "noSessionMeta", line: null },
  });
  await expect(readRollout(join(folder, "missing.jsonl"))).rejects.toThrow(
    `rollout ${join(folder, "missing.jsonl")} cannot be read: ENOENT: no such file or directory`,
  );
});

test("lines that only together are JSON are no lines, and cost themselves alone", () => {
  const good = (n: number): string => JSON.stringify({ timestamp: "t", type: "event", payload: n });
  const { lines, skipped } = parseRollout(Buffer.from([good(1), '{"a":[1', "2]}", good(2)].join("\n")));
  expect(lines.map(({ payload }) => payload)).toEqual([1, 2]);
  expect(skipped).toBe(2);
});
