import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireRolloutLock } from "./lock.ts";
import { rolloutPath } from "./path.ts";
import { createRolloutStore, type ListOptions } from "./store.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "rollout-store-"));
});

afterEach(async () => {
  await rm(home, { recursive: true });
});

const idOf = (n: number): string => `01a20220-0000-7000-8000-${String(n).padStart(12, "0")}`;
/** The n-th second of a day in which nothing else happens. */
const timeOf = (n: number): Date => new Date(2026, 10, 22, 7, 0, n);
const timestamp = "2026-11-22T06:00:00.123Z";
const lineOf = (type: string, payload: unknown): string => `${JSON.stringify({ timestamp, type, payload })}\n`;

interface Sample {
  readonly meta?: Record<string, unknown>;
  /** Lines behind the meta; by default one user message. */
  readonly rest?: readonly string[];
  readonly at?: Date;
  readonly id?: string;
}

const said = (text: string): string =>
  lineOf("event", {
    v: 1,
    event: {
      type: "itemCompleted",
      turnId: "0",
      item: { type: "userMessage", id: "u", content: [{ type: "text", text }] },
    },
  });

async function store(n: number, { meta = {}, rest = [said(`message ${n}`)], at, id = idOf(n) }: Sample = {}) {
  const path = rolloutPath(home, id, at ?? timeOf(n));
  await mkdir(dirname(path), { recursive: true });
  const payload = { id, timestamp, cwd: "/repo", cli_version: "1.2.3", source: "cli", model_provider: "mock", ...meta };
  await writeFile(path, [lineOf("session_meta", payload), ...rest].join(""));
  return path;
}

async function list(options: Partial<ListOptions> = {}) {
  const page = await createRolloutStore({ home }).list({ defaultProvider: "mock", ...options });
  return { previews: page.threads.map(({ preview }) => preview), nextCursor: page.nextCursor };
}

test("a thread is shown with what its first lines say", async () => {
  const git = { commit_hash: "e694", branch: "main", repository_url: "https://example.com/r.git" };
  const path = await store(1, { meta: { source: "vscode", git } });
  expect(await createRolloutStore({ home }).list({ defaultProvider: "mock" })).toEqual({
    threads: [
      {
        id: idOf(1),
        path,
        preview: "message 1",
        createdAt: new Date(timestamp),
        updatedAt: (await stat(path)).mtime,
        cwd: "/repo",
        cliVersion: "1.2.3",
        source: "vscode",
        modelProvider: "mock",
        gitInfo: { sha: "e694", branch: "main", originUrl: "https://example.com/r.git" },
        forkedFrom: null,
      },
    ],
    nextCursor: null,
  });
});

test("newest first by the time in the name, then by id, across days and years", async () => {
  await store(1, { at: new Date(2025, 11, 31) });
  await store(2, { at: new Date(2026, 0, 1) });
  await store(3, { at: new Date(2026, 1, 1) });
  await store(5, { at: new Date(2026, 1, 1) });
  await store(4, { at: new Date(2026, 1, 1) });
  expect((await list()).previews).toEqual(["message 5", "message 4", "message 3", "message 2", "message 1"]);
});

test("pages follow each other without gap or repetition, and the last one has no cursor", async () => {
  for (let n = 0; n < 7; n += 1) await store(n, { at: n < 3 ? new Date(2026, 9, n + 1) : timeOf(0) });
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({ cursor, limit: 2 });
    pages.push(page.previews);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(pages).toEqual([
    ["message 6", "message 5"],
    ["message 4", "message 3"],
    ["message 2", "message 1"],
    ["message 0"],
  ]);
});

test("a page that ends exactly with the last thread has no cursor", async () => {
  await store(1);
  await store(2, { meta: { source: "exec" }, at: timeOf(0) });
  expect(await list({ limit: 1 })).toEqual({ previews: ["message 1"], nextCursor: null });
});

test("the limit is 25 unless given, and at least 1", async () => {
  for (let n = 0; n < 27; n += 1) await store(n);
  expect((await list()).previews).toHaveLength(25);
  expect((await list({ limit: 0 })).previews).toEqual(["message 26"]);
});

test.each(["", "nonsense", "2026-11-22T07-00-01", "2026-11-22T07-00-01|x", `2026-11-22T07-00-01|${idOf(1)}|more`])(
  "the cursor %j that nobody gave out counts as absent",
  async (cursor) => {
    await store(1);
    await store(2);
    expect((await list({ cursor })).previews).toEqual(["message 2", "message 1"]);
  },
);

test("only threads that a person started are listed, unless other sources are asked for", async () => {
  const sources = ["cli", "vscode", "exec", "mcp", "appServer", { subagent: "review" }, "unheard-of"];
  for (const [n, source] of sources.entries()) await store(n, { meta: { source } });
  expect((await list()).previews).toEqual(["message 1", "message 0"]);
  expect((await list({ sources: ["exec", "appServer"] })).previews).toEqual(["message 4", "message 3", "message 2"]);
  expect((await list({ sources: ["unknown"] })).previews).toEqual(["message 6", "message 5"]);
});

test("without a provider list only threads of the configured one; an empty list means all", async () => {
  await store(1, { meta: { model_provider: "mock" } });
  await store(2, { meta: { model_provider: "other" } });
  await store(3, { meta: { model_provider: undefined } });
  expect((await list()).previews).toEqual(["message 3", "message 1"]);
  expect((await list({ modelProviders: [] })).previews).toEqual(["message 3", "message 2", "message 1"]);
  expect((await list({ modelProviders: ["other"] })).previews).toEqual(["message 2"]);
  expect((await list({ modelProviders: ["other", "mock"] })).previews).toEqual(["message 3", "message 2", "message 1"]);
  expect((await list({ defaultProvider: "other" })).previews).toEqual(["message 3", "message 2"]);
});

test("the first user message is found in our lines and in the reference's, past long context", async () => {
  const context = lineOf("response_item", { type: "message", role: "user", content: ["x".repeat(300_000)] });
  await store(1, { rest: [context, said("ours"), said("later")] });
  await store(2, { rest: [context, lineOf("event_msg", { type: "user_message", message: "theirs", images: [] })] });
  expect((await list()).previews).toEqual(["theirs", "ours"]);
});

test("of a message from an editor only the person's own words are shown", async () => {
  await store(1, { rest: [said("# Context\nopen: a.ts\n\n## My request for Codex:\n fix the typo \n")] });
  await store(2, { rest: [said("")] });
  expect((await list()).previews).toEqual(["", "fix the typo"]);
});

test("a character on the border of two reads stays whole", async () => {
  for (let shift = 0; shift < 4; shift += 1) {
    await store(shift, { rest: [said("🙂".repeat(20_000) + "x".repeat(shift))] });
  }
  for (const preview of (await list()).previews) expect(preview).toMatch(/^(?:🙂){20000}x*$/u);
});

test("what is no thread is left out: no message, no meta, broken, foreign, a lock, a folder", async () => {
  const shown = await store(1);
  await store(2, { rest: [] });
  await store(3, { meta: { id: undefined } });
  await writeFile(rolloutPath(home, idOf(4), timeOf(4)), "\u0000broken\n");
  await writeFile(rolloutPath(home, idOf(5), timeOf(5)), "");
  await writeFile(`${shown}.lock`, "{}");
  await writeFile(join(dirname(shown), "notes.txt"), "");
  await mkdir(rolloutPath(home, idOf(6), timeOf(6)));
  await mkdir(join(home, "sessions", "old"));
  expect(await list()).toEqual({ previews: ["message 1"], nextCursor: null });
});

test("a thread appears once somebody has spoken in it, also when it has been listed before", async () => {
  const path = await store(1, { rest: [] });
  expect((await list()).previews).toEqual([]);
  await appendFile(path, said("at last"));
  expect((await list()).previews).toEqual(["at last"]);
});

test("a home without threads has an empty list", async () => {
  expect(await list()).toEqual({ previews: [], nextCursor: null });
  expect(await readdir(home)).toEqual([]);
});

test("what the index knows is not opened again", async () => {
  const other = await store(1, { meta: { source: "exec" } });
  await store(2);
  await list();
  // The file would now be listed if anybody looked into it: rollouts only ever grow, so nobody does.
  await writeFile(other, (await readFile(other, "utf8")).replace('"exec"', '"cli"'));
  expect((await list()).previews).toEqual(["message 2"]);
});

test.each([
  ["is missing", (index: string) => rm(index)],
  ["is torn", async (index: string) => writeFile(index, (await readFile(index, "utf8")).slice(0, -10))],
  ["is of another version", (index: string) => writeFile(index, '["sessions_index",99]\n["x"]\n')],
  ["is damaged", (index: string) => writeFile(index, "\u0000\u0001")],
])("an index that %s changes no list and is whole again afterwards", async (_how, damage) => {
  for (let n = 0; n < 4; n += 1) await store(n, { meta: { source: n % 2 === 0 ? "cli" : "exec" } });
  const index = join(home, "sessions_index.jsonl");
  const before = await list();
  const whole = await readFile(index, "utf8");
  await damage(index);
  expect(await list()).toEqual(before);
  expect(await list()).toEqual(before);
  const entries = (text: string) => new Set(text.split("\n").filter((line) => line.endsWith("]")));
  expect(entries(await readFile(index, "utf8"))).toEqual(entries(whole));
});

test("two processes add to one index", async () => {
  const stores = [createRolloutStore({ home }), createRolloutStore({ home })] as const;
  for (let n = 0; n < 6; n += 1) {
    await store(n);
    const threads = await Promise.all(stores.map((each) => each.list({ defaultProvider: "mock" })));
    expect(threads.map((page) => page.threads.length)).toEqual([n + 1, n + 1]);
  }
});

test("the index is for its owner only", async () => {
  await store(1);
  await list();
  expect((await stat(join(home, "sessions_index.jsonl"))).mode & 0o777).toBe(0o600);
});

test("folders that cannot be read are an error that names the place", async () => {
  await symlink(join(home, "sessions"), join(home, "sessions")); // a link to itself, for root and everyone else
  const rollouts = createRolloutStore({ home });
  const failure = { kind: "listFailed", folder: join(home, "sessions"), reason: expect.stringContaining("ELOOP") };
  await expect(rollouts.list({ defaultProvider: "mock" })).rejects.toMatchObject({ failure });
  await expect(rollouts.find(idOf(1))).rejects.toMatchObject({ failure });
  await expect(rollouts.archive(idOf(1))).rejects.toMatchObject({ failure });
});

test("a thread is found by its id, by the day in it or anywhere", async () => {
  const now = Date.UTC(2026, 10, 22, 12);
  const hex = now.toString(16).padStart(12, "0");
  const recent = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
  const path = await store(1, { id: recent, at: new Date(now) });
  const old = await store(2, { id: "d9428888-122b-11e1-b85c-61cd3cbb3210", at: new Date(2020, 1, 2) });
  const displaced = await store(3, { at: new Date(2021, 1, 2) });
  const rollouts = createRolloutStore({ home });
  expect(await rollouts.find(recent)).toBe(path);
  expect(await rollouts.find(recent.toUpperCase())).toBe(path);
  expect(await rollouts.find("d9428888-122b-11e1-b85c-61cd3cbb3210")).toBe(old);
  expect(await rollouts.find(idOf(3))).toBe(displaced);
  expect(await rollouts.find(idOf(4))).toBeNull();
  expect(await rollouts.find("../../etc/passwd")).toBeNull();
});

test("an archived thread moves to the archive and is found and listed no more", async () => {
  const path = await store(1);
  await store(2);
  const rollouts = createRolloutStore({ home });
  await rollouts.archive(idOf(1));
  expect(await readdir(join(home, "archived_sessions"))).toEqual([basename(path)]);
  expect(await rollouts.find(idOf(1))).toBeNull();
  expect((await list()).previews).toEqual(["message 2"]);
  await expect(rollouts.archive(idOf(1))).rejects.toMatchObject({
    failure: { kind: "notFound", threadId: idOf(1), folder: join(home, "sessions") },
  });
});

test("a thread that a process has loaded is not archived", async () => {
  const path = await store(1);
  const lock = await acquireRolloutLock(path);
  const rollouts = createRolloutStore({ home });
  await expect(rollouts.archive(idOf(1))).rejects.toMatchObject({ failure: { kind: "locked", path } });
  await lock.release();
  await rollouts.archive(idOf(1));
  expect(await readdir(dirname(path))).toEqual([]);
});

test("an archive that cannot be made is an error that says why, and the thread stays", async () => {
  const path = await store(1);
  await writeFile(join(home, "archived_sessions"), "in the way");
  const rollouts = createRolloutStore({ home });
  await expect(rollouts.archive(idOf(1))).rejects.toThrow(
    `rollout ${path} cannot be archived: EEXIST: file already exists`,
  );
  expect(await rollouts.find(idOf(1))).toBe(path);
});
