import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFileSearch } from "./file-search.ts";

const NEVER = new AbortController().signal;
let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "heddle-search-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A search over listings that the test makes, under a clock that the test sets. */
function searchOver(listings: readonly string[]) {
  const clock = { ms: 0 };
  const made: string[] = [];
  let onListing = (): void => {};
  const search = createFileSearch({
    now: () => clock.ms,
    listFiles: async (root, { onPiece }) => {
      made.push(root);
      onListing();
      onPiece(Buffer.from(`${listings[made.length - 1] ?? ""}\0`));
    },
  });
  const find = async (): Promise<string[]> => (await search.find("file", folder, NEVER)).map(({ path }) => path);
  const nextListing = (): Promise<void> =>
    new Promise((resolve) => {
      onListing = resolve;
    });
  return { find, clock, made, nextListing };
}

test("one listing answers all searches of its first two seconds, also those that came at once", async () => {
  const { find, clock, made } = searchOver(["file.old", "file.new"]);
  expect(await Promise.all([find(), find()])).toEqual([["file.old"], ["file.old"]]);
  clock.ms = 2_000;
  expect(await find()).toEqual(["file.old"]);
  expect(made).toEqual([folder]);
});

test("an older listing answers while the next one is made", async () => {
  const { find, clock, nextListing } = searchOver(["file.old", "file.new"]);
  await find();
  clock.ms = 2_001;
  const listed = nextListing();
  expect(await find()).toEqual(["file.old"]);
  await listed;
  await new Promise((resolve) => setImmediate(resolve)); // it takes its place once it has been read
  expect(await find()).toEqual(["file.new"]);
});

test("after half a minute a search waits for a new listing", async () => {
  const { find, clock } = searchOver(["file.old", "file.new"]);
  await find();
  clock.ms = 30_001;
  expect(await find()).toEqual(["file.new"]);
});

test("a search that is ended while the files are listed gives what has come; the listing serves the next one", async () => {
  const ending = new AbortController();
  const many = Array.from({ length: 10_000 }, (_, n) => `${String(n).padStart(5, "0")}-file\0`).join("");
  let give = (): void => {};
  let told = (): void => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  const hasBegun = new Promise<void>((resolve) => {
    told = resolve;
  });
  const search = createFileSearch({
    now: () => 0,
    listFiles: async (_, { onPiece }) => {
      onPiece(Buffer.from(many));
      told();
      await given;
      onPiece(Buffer.from("file\0"));
    },
  });
  const ended = search.find("file", folder, ending.signal);
  await hasBegun;
  await new Promise((resolve) => setImmediate(resolve)); // what has come has been looked at
  ending.abort();
  expect((await ended).slice(0, 1).map(({ path }) => path)).toEqual(["00000-file"]);
  const next = search.find("file", folder, NEVER);
  give();
  expect((await next).slice(0, 2).map(({ path }) => path)).toEqual(["file", "00000-file"]);
});

test("a listing that fails is told to all who wait for it, and made again for the next search", async () => {
  let calls = 0;
  const search = createFileSearch({
    now: () => 0,
    listFiles: async (_, { onPiece }) => {
      calls += 1;
      onPiece(Buffer.from("file\0"));
      await Promise.resolve();
      if (calls === 1) throw new Error("no program");
    },
  });
  const both = [search.find("file", folder, NEVER), search.find("file", folder, NEVER)].map((one) => one.catch(String));
  expect(await Promise.all(both)).toEqual(["Error: no program", "Error: no program"]);
  expect((await search.find("file", folder, NEVER)).map(({ path }) => path)).toEqual(["file"]);
  expect(calls).toBe(2);
});

test("a newer search with the same token ends the older one of the same client alone", () => {
  const search = createFileSearch({ now: () => 0, listFiles: () => Promise.resolve() });
  const [one, other] = [{}, {}];
  const first = search.begin(one, "t");
  const others = search.begin(other, "t");
  const free = search.begin(one, null);
  const second = search.begin(one, "t");
  first[Symbol.dispose]();
  const third = search.begin(one, "t");
  expect([first, others, free, second, third].map(({ signal }) => signal.aborted)).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});

test("closing ends a listing that runs", async () => {
  const search = createFileSearch({
    now: () => 0,
    listFiles: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  const found = search.find("file", folder, NEVER).then(String, String);
  await search.close();
  expect(await found).toBe("Error: the file search is closed");
});
