import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readAll, SilentInputError, type Patience } from "./stdin.ts";

const FOREVER = new AbortController().signal;
const PATIENT: Patience = { noticeMs: 60_000, onWait: () => {}, endMs: 60_000 };

test("everything up to the end of the input, characters that are cut included", async () => {
  const input = new PassThrough();
  const reading = readAll(input, { signal: FOREVER, patience: PATIENT });
  const bytes = Buffer.from("grün");
  input.write(bytes.subarray(0, 3));
  input.end(bytes.subarray(3));
  expect(await reading).toBe("grün");
});

test("a silent input is told about once, then given up", async () => {
  const input = new PassThrough();
  let told = 0;
  const patience: Patience = { noticeMs: 1, onWait: () => (told += 1), endMs: 20 };
  await expect(readAll(input, { signal: FOREVER, patience })).rejects.toThrow(SilentInputError);
  expect({ told, closed: input.destroyed }).toEqual({ told: 1, closed: true });
});

test("an input that says something is waited for anew, without a word", async () => {
  const input = new PassThrough();
  let told = 0;
  const patience: Patience = { noticeMs: 1, onWait: () => (told += 1), endMs: 20 };
  input.write("a");
  const reading = readAll(input, { signal: FOREVER, patience });
  await expect(reading).rejects.toThrow("give an argument instead");
  expect(told).toBe(0);
});

test("a signal ends the wait with its reason's kind", async () => {
  const stop = new AbortController();
  const input = new PassThrough();
  const reading = readAll(input, { signal: stop.signal, patience: PATIENT });
  stop.abort();
  await expect(reading).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  expect(input.destroyed).toBe(true);
});
