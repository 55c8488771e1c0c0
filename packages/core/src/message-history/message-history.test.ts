import { createWorkspace, type Workspace } from "@heddle/testkit";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appendMessage, findMessage, messageLog } from "./message-history.ts";

const say = ({ home }: Workspace, text: string, maxBytes: number | null = null): Promise<void> =>
  appendMessage({ threadId: "t", timestamp: 7, text }, { home, limits: { persistence: "save-all", maxBytes } });
const linesIn = async ({ home }: Workspace): Promise<unknown[]> =>
  (await readFile(join(home, "history.jsonl"), "utf8"))
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);

test("an entry is a line that only its user can read", async () => {
  await using workspace = await createWorkspace({ homeFiles: { "history.jsonl": "" } });
  await say(workspace, "hé\nllo");
  expect(await linesIn(workspace)).toEqual([{ session_id: "t", ts: 7, text: "hé\nllo" }]);
  expect((await stat(join(workspace.home, "history.jsonl"))).mode & 0o777).toBe(0o600);
});

test("entries are found by the file's id and their offset, across any number of chunks", async () => {
  await using workspace = await createWorkspace();
  const { home } = workspace;
  expect(await messageLog(home)).toEqual({ logId: null, count: 0 });
  const texts = ["one", "é".repeat(100_000), "three"];
  for (const text of texts) await say(workspace, text);
  const { logId, count } = await messageLog(home);
  expect(count).toBe(3);
  for (const [offset, text] of texts.entries()) {
    expect(await findMessage(home, { logId: logId ?? 0, offset })).toEqual({ threadId: "t", timestamp: 7, text });
  }
  expect(await findMessage(home, { logId: logId ?? 0, offset: 3 })).toBeNull();
  expect(await findMessage(home, { logId: (logId ?? 0) + 1, offset: 0 })).toBeNull();
});

test("messages that come at once are all there, each whole", async () => {
  await using workspace = await createWorkspace();
  const texts = Array.from({ length: 12 }, (_, n) => `${n}:${"x".repeat(20_000)}`);
  await Promise.all(texts.map((text) => say(workspace, text)));
  const said = (await linesIn(workspace)).map((entry) => (entry as { text: string }).text);
  expect(said.toSorted()).toEqual(texts.toSorted());
});

test("beyond its limit the oldest entries go, down to four fifths, and the file is another one", async () => {
  await using workspace = await createWorkspace();
  const { home } = workspace;
  const line = Buffer.byteLength(`${JSON.stringify({ session_id: "t", ts: 7, text: "00" })}\n`);
  for (let n = 10; n < 20; n += 1) await say(workspace, String(n), 10 * line);
  const before = await messageLog(home);
  expect(before.count).toBe(10);
  await say(workspace, "20", 10 * line);
  expect((await linesIn(workspace)).map((entry) => (entry as { text: string }).text)).toEqual([
    "13",
    "14",
    "15",
    "16",
    "17",
    "18",
    "19",
    "20",
  ]);
  expect(await findMessage(home, { logId: before.logId ?? 0, offset: 0 })).toBeNull();
  await say(workspace, "long ".repeat(1_000), line);
  expect(await linesIn(workspace)).toHaveLength(1);
  expect((await stat(join(home, "history.jsonl"))).mode & 0o777).toBe(0o600);
});

test("where no history is wanted, no file is made", async () => {
  await using workspace = await createWorkspace();
  const limits = { persistence: "none", maxBytes: null } as const;
  await appendMessage({ threadId: "t", timestamp: 7, text: "x" }, { home: workspace.home, limits });
  expect(await messageLog(workspace.home)).toEqual({ logId: null, count: 0 });
});

test("a line that cannot be read is no entry, and the others keep their offsets", async () => {
  await using workspace = await createWorkspace({ homeFiles: { "history.jsonl": '{"session_id":"a"\n' } });
  await say(workspace, "two");
  const { logId, count } = await messageLog(workspace.home);
  expect(count).toBe(2);
  expect(await findMessage(workspace.home, { logId: logId ?? 0, offset: 0 })).toBeNull();
  expect(await findMessage(workspace.home, { logId: logId ?? 0, offset: 1 })).toMatchObject({ text: "two" });
});
