import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@heddle/client";
import { createPeer, linkedPair, RpcError, type JsonValue, type Peer } from "@heddle/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runExec, type ExecRun } from "../../src/exec/run-exec.ts";
import { toExecOptions } from "../../src/command-line/exec-options.ts";
import type { ExecOptions, ReviewSubject } from "../../src/exec/options.ts";
import type { PromptSource } from "../../src/exec/prompt.ts";
import type { Sink } from "../../src/exec/sink.ts";

let dir: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "heddle-exec-")));
  await mkdir(join(dir, ".git"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const THREAD = "0193a5b8-0000-7000-8000-000000000001";

/** What the stand-in server does in its turn; it ends with the status that it returns. */
type TurnScript = (server: {
  tell(method: string, params: { readonly [name: string]: JsonValue }): void;
  peer: Peer;
  interrupted: Promise<void>;
}) => Promise<"completed" | "interrupted" | "failed">;

/** A server that knows one thread, and keeps what it was asked. */
function standInServer(script: TurnScript | "refused") {
  const asked: { method: string; params: unknown }[] = [];
  const [clientEnd, serverEnd] = linkedPair();
  let interrupt = (): void => {};
  const interrupted = new Promise<void>((resolve) => (interrupt = resolve));
  const peer: Peer = createPeer(serverEnd, {
    notification: () => {},
    request: ({ method, params }) => {
      asked.push({ method, params });
      switch (method) {
        case "initialize":
          return { userAgent: "stand-in" };
        case "thread/start":
        case "thread/resume":
          if (method === "thread/resume" && !JSON.stringify(params).includes(THREAD)) {
            throw new RpcError(-32600, "no rollout found for conversation id nope");
          }
          return openedThread(dir);
        case "review/start":
        case "turn/start":
          if (script === "refused") throw new RpcError(-32600, "no turn today");
          void runTurn(script);
          return {
            turn: { id: "0", items: [], status: "inProgress", error: null },
            ...(method === "review/start" ? { reviewThreadId: THREAD } : {}),
          };
        default:
          interrupt();
          return {};
      }
    },
  });
  const tell = (method: string, params: { readonly [name: string]: JsonValue }): void =>
    peer.notify(method, { threadId: THREAD, turnId: "0", ...params });
  const runTurn = async (script: TurnScript): Promise<void> => {
    await Promise.resolve(); // the answer goes first
    tell("turn/started", { turn: { id: "0", items: [], status: "inProgress", error: null } });
    const status = await script({ tell, peer, interrupted });
    const error = status === "failed" ? { message: "bad thing", codexErrorInfo: "other" } : null;
    tell("turn/completed", { turn: { id: "0", items: [], status, error } });
  };
  return { asked, clientEnd, peer };
}

function openedThread(cwd: string): JsonValue {
  return {
    thread: {
      id: THREAD,
      preview: "",
      modelProvider: "mock",
      createdAt: 1,
      path: "/home/rollout.jsonl",
      cwd,
      cliVersion: "0.0.0",
      source: "exec",
      gitInfo: null,
      turns: [],
    },
    model: "gpt-5.1-codex",
    modelProvider: "mock",
    cwd,
    approvalPolicy: "never",
    sandbox: {
      type: "workspaceWrite",
      writableRoots: ["/extra"],
      networkAccess: true,
      excludeTmpdirEnvVar: true,
      excludeSlashTmp: false,
    },
    reasoningEffort: null,
  };
}

const sayDone: TurnScript = ({ tell }) => {
  const item = { type: "agentMessage", id: "m", text: "done" };
  tell("item/started", { item: { ...item, text: "" } });
  tell("item/completed", { item });
  return Promise.resolve("completed");
};

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly asked: readonly { method: string; params: unknown }[];
}

async function exec(
  script: TurnScript | "refused",
  options: Partial<ExecOptions>,
  {
    readAll = () => Promise.resolve(""),
    interrupt = new AbortController().signal,
    stdout = new MemorySink(),
    lastThread = () => Promise.resolve(THREAD),
  }: {
    readAll?: PromptSource["readAll"];
    interrupt?: AbortSignal;
    stdout?: MemorySink;
    lastThread?: ExecRun["lastThread"];
  } = {},
): Promise<Ended> {
  const { asked, clientEnd, peer } = standInServer(script);
  const stderr = new MemorySink();
  await using client = await connect(clientEnd, { clientInfo: { name: "exec", version: "1" } });
  const run: ExecRun = {
    client,
    options: { ...toExecOptions({}, { target: { type: "new" }, prompt: "do it" }), ...options },
    io: {
      stdin: { isTerminal: false, readAll },
      stdout,
      stderr,
      env: {},
      cwd: dir,
      nowMs: () => 0,
    },
    version: "1.2.3",
    localModel: null,
    reasoningSummary: null,
    showReasoning: true,
    lastThread,
    interrupt,
  };
  const code = await runExec(run);
  await peer.close();
  return { code, stdout: stdout.text, stderr: stderr.text, asked: asked.slice(1) };
}

class MemorySink implements Sink {
  readonly isTerminal = false;
  text = "";
  readonly #reader = new AbortController();
  readonly closed = this.#reader.signal;

  write(text: string): void {
    this.text += text;
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }

  failure(): null {
    return null;
  }

  /** The reader goes away. */
  hangUp(): void {
    this.#reader.abort();
  }
}

test("a run starts a thread under the policy never, runs the turn, and prints header and answer", async () => {
  const ended = await exec(sayDone, { model: "gpt-5.1", sandbox: "readOnly", images: ["a.png"] });
  expect(ended).toEqual({
    code: 0,
    stdout: "done\n",
    stderr: `Heddle v1.2.3
--------
workdir: ${dir}
model: gpt-5.1-codex
provider: mock
approval: never
sandbox: workspace-write [workdir, /tmp, /extra] (network access enabled)
session id: ${THREAD}
--------
user
do it
heddle
done
`,
    asked: [
      { method: "thread/start", params: { cwd: dir, approvalPolicy: "never", model: "gpt-5.1", sandbox: "readOnly" } },
      {
        method: "turn/start",
        params: {
          threadId: THREAD,
          input: [
            { type: "localImage", path: join(dir, "a.png") },
            { type: "text", text: "do it" },
          ],
        },
      },
    ],
  });
});

test("with --json stdout is the event stream and stderr stays empty", async () => {
  const { code, stdout, stderr } = await exec(sayDone, { json: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trimEnd().split("\n")).toEqual([
    `{"type":"thread.started","thread_id":"${THREAD}"}`,
    `{"type":"turn.started"}`,
    `{"type":"item.completed","item":{"id":"item_0","type":"agent_message","text":"done"}}`,
    `{"type":"turn.completed","usage":{"input_tokens":0,"cached_input_tokens":0,"output_tokens":0}}`,
  ]);
});

test("a failed turn ends with 1", async () => {
  const { code, stdout } = await exec(() => Promise.resolve("failed"), { json: true });
  expect(code).toBe(1);
  expect(stdout).toContain(`{"type":"turn.failed","error":{"message":"bad thing"}}`);
});

test("an interrupt stops the turn, tells its end and ends with 130", async () => {
  const interrupt = new AbortController();
  const { code, stdout, asked } = await exec(
    async ({ interrupted }) => {
      interrupt.abort();
      await interrupted;
      return "interrupted";
    },
    { json: true },
    { interrupt: interrupt.signal },
  );
  expect(code).toBe(130);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(`{"type":"turn.failed","error":{"message":"interrupted"}}`);
  expect(asked.at(-1)).toEqual({ method: "turn/interrupt", params: { threadId: THREAD, turnId: "0" } });
});

test("a reader of stdout that goes away ends the run quietly, with 0", async () => {
  const stdout = new MemorySink();
  const { code, stderr, asked } = await exec(
    async ({ interrupted }) => {
      stdout.hangUp();
      await interrupted;
      return "interrupted";
    },
    { json: true },
    { stdout },
  );
  expect({ code, stderr, last: asked.at(-1)?.method }).toEqual({ code: 0, stderr: "", last: "turn/interrupt" });
});

test("an approval request is declined at once", async () => {
  const decisions: unknown[] = [];
  const { code } = await exec(async ({ peer }) => {
    for (const kind of ["commandExecution", "fileChange"]) {
      const params = { threadId: THREAD, turnId: "0", itemId: "c", reason: null };
      decisions.push(await peer.request(`item/${kind}/requestApproval`, params));
    }
    return "completed";
  }, {});
  expect({ code, decisions }).toEqual({ code: 0, decisions: [{ decision: "decline" }, { decision: "decline" }] });
});

test("a server that goes away in the turn fails the run", async () => {
  const { code, stdout } = await exec(
    async ({ peer }) => {
      await peer.close();
      return "completed";
    },
    { json: true },
  );
  expect(code).toBe(1);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(
    /^\{"type":"turn\.failed","error":\{"message":"the connection ended/,
  );
});

test("a turn that the server refuses has an end all the same", async () => {
  const { code, stdout, stderr } = await exec("refused", { json: true });
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout.trimEnd().split("\n")).toEqual([
    `{"type":"thread.started","thread_id":"${THREAD}"}`,
    `{"type":"error","message":"no turn today"}`,
    `{"type":"turn.failed","error":{"message":"no turn today"}}`,
  ]);
});

test("an interrupt before the turn begins has an end, too, and starts no turn", async () => {
  const interrupt = new AbortController();
  const lastThread: ExecRun["lastThread"] = () => {
    interrupt.abort();
    return Promise.resolve(THREAD);
  };
  const options: Partial<ExecOptions> = { json: true, target: { type: "resumeLast" } };
  const { code, stdout, asked } = await exec(sayDone, options, { interrupt: interrupt.signal, lastThread });
  expect({ code, asked: asked.map(({ method }) => method) }).toEqual({ code: 130, asked: ["thread/resume"] });
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(`{"type":"turn.failed","error":{"message":"interrupted"}}`);
});

test("messages about other threads are not shown", async () => {
  const { stderr } = await exec(({ tell }) => {
    tell("warning", { threadId: "another", message: "theirs" });
    tell("warning", { threadId: null, message: "everybody's" });
    return Promise.resolve("completed");
  }, {});
  expect(stderr.split("\n").filter((line) => line.startsWith("warning"))).toEqual(["warning: everybody's"]);
});

test.each<[string, Partial<ExecOptions>, string]>([
  ["resume by id", { target: { type: "resume", threadId: THREAD } }, THREAD],
  ["resume the last one", { target: { type: "resumeLast" } }, THREAD],
])("%s goes on with that thread", async (_, options, id) => {
  const { asked } = await exec(sayDone, options);
  expect(asked[0]).toEqual({
    method: "thread/resume",
    params: { cwd: dir, approvalPolicy: "never", threadId: id },
  });
});

test.each<[string, ReviewSubject, JsonValue, string]>([
  ["of what is not committed", { type: "uncommittedChanges" }, { type: "uncommittedChanges" }, "current changes"],
  [
    "of a branch",
    { type: "baseBranch", branch: "main" },
    { type: "baseBranch", branch: "main" },
    "changes against 'main'",
  ],
  [
    "of a commit",
    { type: "commit", sha: "0123456789abcdef", title: "Parse" },
    { type: "commit", sha: "0123456789abcdef", title: "Parse" },
    "commit 0123456: Parse",
  ],
  ["in one's own words", { type: "custom" }, { type: "custom", instructions: "do it" }, "do it"],
])("a review %s is a turn of a new thread, named in the header", async (_, of, target, title) => {
  const { code, stdout, stderr, asked } = await exec(sayDone, { target: { type: "review", of } });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
  expect(stderr).toContain(`\nuser\n${title}\n`);
  expect(asked.map(({ method }) => method)).toEqual(["thread/start", "review/start"]);
  expect(asked.at(-1)?.params).toEqual({ threadId: THREAD, target });
});

test("an unknown thread is an error that names it", async () => {
  const { code, stdout, stderr } = await exec(sayDone, { target: { type: "resume", threadId: "nope" }, json: true });
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: "Error: no rollout found for thread id nope\n",
  });
});

test("the last message goes to a file as it is, and an empty file is told", async () => {
  await exec(sayDone, { lastMessageFile: "last.txt" });
  expect(await readFile(join(dir, "last.txt"), "utf8")).toBe("done");

  const { code, stderr } = await exec(() => Promise.resolve("failed"), { lastMessageFile: "last.txt", json: true });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "Warning: no last agent message; wrote empty content to last.txt\n",
  });
  expect(await readFile(join(dir, "last.txt"), "utf8")).toBe("");
});

test("outside a repository nothing is started, unless that is asked for", async () => {
  await rm(join(dir, ".git"), { recursive: true });
  const { code, stderr, asked } = await exec(sayDone, {});
  expect({ code, stderr, asked }).toEqual({
    code: 1,
    stderr: "Not inside a trusted directory and --skip-git-repo-check was not specified.\n",
    asked: [],
  });
  expect((await exec(sayDone, { skipGitRepoCheck: true })).code).toBe(0);
});

test("without a prompt nothing is started", async () => {
  const { code, stderr, asked } = await exec(sayDone, { prompt: null }, { readAll: () => Promise.resolve("\n") });
  expect({ code, stderr, asked }).toEqual({
    code: 1,
    stderr: "Reading prompt from stdin...\nNo prompt provided via stdin.\n",
    asked: [],
  });
});

test("the working directory is the real one", async () => {
  await mkdir(join(dir, "sub"));
  const { asked } = await exec(sayDone, { cwd: "./sub/../sub" });
  expect(asked[0]?.params).toEqual({ cwd: join(dir, "sub"), approvalPolicy: "never" });
});

test("an interrupt while the prompt is read starts nothing", async () => {
  const interrupt = new AbortController();
  const readAll: PromptSource["readAll"] = async ({ signal }) => {
    interrupt.abort(new DOMException("stopped", "AbortError"));
    signal.throwIfAborted();
    return "too late";
  };
  const { code, asked } = await exec(sayDone, { prompt: "-" }, { readAll, interrupt: interrupt.signal });
  expect({ code, asked }).toEqual({ code: 130, asked: [] });
});

test("a working directory that is not there starts nothing", async () => {
  const { code, stderr, asked } = await exec(sayDone, { cwd: "nowhere" });
  expect({ code, stderr, asked }).toEqual({
    code: 1,
    stderr: "Error: nowhere is no directory; -C takes one that exists.\n",
    asked: [],
  });
});
