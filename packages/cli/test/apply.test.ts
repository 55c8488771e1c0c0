import { createServer, type IncomingMessage } from "node:http";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, type CommandRig } from "./support/command-rig.ts";

const DIFF = "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n";
const LOGIN = {
  OPENAI_API_KEY: null,
  tokens: { id_token: "h.e30.s", access_token: "secret-access", refresh_token: "r", account_id: "acc_1" },
  last_refresh: new Date().toISOString(),
};

/** The task service, with one task. */
async function startTasks(task: unknown) {
  const asked: Pick<IncomingMessage, "url" | "headers">[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push({ url, headers });
    const found = url === "/wham/tasks/task_1";
    response.writeHead(found ? 200 : 404, { connection: "close" }).end(found ? JSON.stringify(task) : "no");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function taskWith(diff: string): unknown {
  const output = { type: "pr", output_diff: { type: "output_diff", diff } };
  return { task: { id: "task_1" }, current_diff_task_turn: { output_items: [{ type: "message" }, output] } };
}

async function createLoggedIn(url: string, { text = "one\n", login = true } = {}): Promise<CommandRig> {
  const rig = await createRig({
    files: { "a.txt": text },
    settings: `chatgpt_base_url = "${url}"`,
    homeFiles: login ? { "auth.json": JSON.stringify(LOGIN) } : {},
  });
  execFileSync("git", ["add", "a.txt"], { cwd: rig.workspace.cwd, env: rig.workspace.env });
  return rig;
}

test("heddle apply fetches the change of a task with the ChatGPT login and applies it", async () => {
  await using tasks = await startTasks(taskWith(DIFF));
  await using rig = await createLoggedIn(tasks.url);
  const { code, stdout, stderr } = await rig.run(["apply", "task_1"]);
  expect({ code, stdout: stdout.split("\n").at(-2) }).toEqual({ code: 0, stdout: "Applied the change." });
  expect(await readFile(join(rig.workspace.cwd, "a.txt"), "utf8")).toBe("two\n");
  expect(tasks.asked).toMatchObject([
    {
      url: "/wham/tasks/task_1",
      headers: {
        authorization: "Bearer secret-access",
        "chatgpt-account-id": "acc_1",
        "user-agent": expect.stringMatching(/^codex_cli_rs\//),
      },
    },
  ]);
  expect(`${stdout}${stderr}`).not.toContain("secret");
});

test("a change that does not fit is git's to explain, and nothing is written", async () => {
  await using tasks = await startTasks(taskWith(DIFF));
  await using rig = await createLoggedIn(tasks.url, { text: "three\n" });
  const { code, stderr } = await rig.run(["a", "task_1"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: /m);
  expect(await readFile(join(rig.workspace.cwd, "a.txt"), "utf8")).toBe("three\n");
});

test.each([
  { what: "without a ChatGPT login", login: false, reason: "cloud tasks take a ChatGPT login" },
  { what: "of a task that is not there", id: "task_2", reason: "/wham/tasks/task_2 answered 404 Not Found" },
  {
    what: "of a task without a change",
    task: { current_diff_task_turn: null },
    reason: "task task_1 has no change to apply",
  },
])("a change $what is an error", async ({ login = true, id = "task_1", task = taskWith(DIFF), reason }) => {
  await using tasks = await startTasks(task);
  await using rig = await createLoggedIn(tasks.url, { login });
  const { code, stdout, stderr } = await rig.run(["apply", id]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^Error: /);
  expect(stderr).toContain(reason);
});
