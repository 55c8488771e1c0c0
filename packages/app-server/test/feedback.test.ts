import type { Fetch } from "@heddle/auth";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFeedbackLog } from "../src/index.ts";
import { startTestServer } from "./support/test-server.ts";

const NO_THREAD = "no-active-thread-00000000-0000-4000-8000-000000000001";
const CREATED_AT = "2023-11-14T22:13:20.000Z";
const SAID = {
  threadId: NO_THREAD,
  classification: "bug",
  reason: "it stopped",
  createdAt: CREATED_AT,
  version: "0.0.0-test",
  userAgent: "heddle/0 (test; 1)",
};

test("feedback stays on this machine: it goes into a folder of the home, for its owner alone", async () => {
  await using server = await startTestServer();
  const client = await server.connect();

  expect(
    await client.ask("feedback/upload", { classification: "bug", reason: "it stopped", includeLogs: false }),
  ).toEqual({ id: 1, result: { threadId: NO_THREAD } });

  const folder = join(server.home, "feedback", `2023-11-14T22-13-20.000Z-${NO_THREAD}`);
  expect(await readdir(folder)).toEqual(["feedback.json"]);
  expect(JSON.parse(await readFile(join(folder, "feedback.json"), "utf8"))).toEqual(SAID);
  expect([(await stat(folder)).mode & 0o777, (await stat(join(folder, "feedback.json"))).mode & 0o777]).toEqual([
    0o700, 0o600,
  ]);
});

test("with logs, the rollout of a loaded thread and what the server said go along", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  await client.ask("thread/start", {});
  const [answer] = client.heard;
  const { thread } = (answer as { result: { thread: { id: string; path: string } } }).result;
  server.warn("something happened");

  expect(
    await client.ask("feedback/upload", { classification: "other", threadId: thread.id, includeLogs: true }),
  ).toEqual({ id: 2, result: { threadId: thread.id } });

  const folder = join(server.home, "feedback", `2023-11-14T22-13-20.000Z-${thread.id}`);
  expect((await readdir(folder)).toSorted()).toEqual(["feedback.json", "heddle.log", "rollout.jsonl"]);
  expect(await readFile(join(folder, "rollout.jsonl"), "utf8")).toBe(await readFile(thread.path, "utf8"));
  expect(await readFile(join(folder, "heddle.log"), "utf8")).toBe(`${CREATED_AT} something happened\n`);
});

test("a configured endpoint gets everything as one object", async () => {
  const asked: unknown[] = [];
  const fetch: Fetch = async (url, { method, headers, body, redirect }) => {
    asked.push({ url, method, headers, body: JSON.parse(body ?? ""), redirect });
    return { status: 202, statusText: "", headers: new Headers(), text: async () => "" };
  };
  await using server = await startTestServer({ fetch, feedbackUrl: "https://feedback.example/in" });
  const client = await server.connect();

  expect(
    await client.ask("feedback/upload", { classification: "bug", reason: "it stopped", includeLogs: true }),
  ).toEqual({ id: 1, result: { threadId: NO_THREAD } });

  expect(asked).toEqual([
    {
      url: "https://feedback.example/in",
      method: "POST",
      headers: { "content-type": "application/json" },
      body: { ...SAID, log: "", rollout: null },
      redirect: "manual",
    },
  ]);
  await expect(stat(join(server.home, "feedback"))).rejects.toThrow("ENOENT");
});

test.each([
  ["would be sent in the clear", "http://feedback.example/in", /feedback is not sent in the clear$/],
  ["cannot be reached", "https://feedback.example/in", /no service can be reached$/],
])("feedback that %s is a failure of the server", async (_, feedbackUrl, reason) => {
  await using server = await startTestServer({ feedbackUrl });
  const client = await server.connect();
  const message = new RegExp(`^failed to upload feedback: .*${reason.source}`);
  expect(await client.ask("feedback/upload", { classification: "bug", includeLogs: true })).toEqual({
    id: 1,
    error: { code: -32603, message: expect.stringMatching(message) },
  });
});

test("feedback that cannot be written leaves nothing behind", async () => {
  await using server = await startTestServer();
  await writeFile(join(server.home, "feedback"), "in the way");
  const client = await server.connect();
  expect(await client.ask("feedback/upload", { classification: "bug", includeLogs: false })).toEqual({
    id: 1,
    error: { code: -32603, message: expect.stringMatching(/^failed to upload feedback: /) },
  });
  expect(await readFile(join(server.home, "feedback"), "utf8")).toBe("in the way");
});

test("a thread id that is none is a bad request", async () => {
  await using server = await startTestServer();
  const client = await server.connect();
  expect(await client.ask("feedback/upload", { classification: "bug", threadId: "x", includeLogs: false })).toEqual({
    id: 1,
    error: { code: -32600, message: 'invalid thread id: "x" is not a UUID' },
  });
});

test("the log keeps the last messages whole, within its bound", () => {
  const said: string[] = [];
  const log = createFeedbackLog({ now: () => new Date(0) });
  const say = log.noting((message) => said.push(message));
  const long = "x".repeat(100 * 1024);

  for (const message of ["first", long, long, "last"]) say(message);
  expect(
    log
      .text()
      .split("\n")
      .map((line) => line.length),
  ).toEqual([30, long.length + 25, long.length + 25, 29, 0]);
  say(long);

  expect(
    log
      .text()
      .split("\n")
      .map((line) => line.length),
  ).toEqual([long.length + 25, 29, long.length + 25, 0]);
  expect(said).toEqual(["first", long, long, "last", long]);
});
