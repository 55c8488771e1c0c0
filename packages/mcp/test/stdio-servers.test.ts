import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { McpError, type Elicitation } from "@heddle/mcp";
import { never, scripted, startServers, type StartedServers } from "./support/servers.ts";

const call = (
  { servers }: StartedServers,
  tool: string,
  more: {
    arguments?: Record<string, never> | { text: string } | { url: boolean };
    signal?: AbortSignal;
    onProgress?: (message: string) => void;
  } = {},
): ReturnType<StartedServers["servers"]["call"]> =>
  servers.call({ server: "s", tool, arguments: null, signal: never, ...more });
const reasonOf = (error: unknown): string => (error instanceof McpError ? error.message : `not ours: ${String(error)}`);
const textOf = (content: readonly { readonly [key: string]: unknown }[]): unknown => content[0]?.["text"];

test("a server starts in the background, and its tools are there when it is ready", async () => {
  await using started = startServers({ s: scripted() });
  expect(started.servers.tools()).toEqual([]);
  await started.servers.settled(never);
  expect(started.statuses).toEqual([
    { server: "s", status: { state: "starting" } },
    { server: "s", status: { state: "ready" } },
  ]);
  expect(started.servers.tools().map(({ name }) => name)).toEqual([
    "mcp__s__ask",
    "mcp__s__die",
    "mcp__s__echo",
    "mcp__s__env",
    "mcp__s__fail",
    "mcp__s__flood",
    "mcp__s__grow",
    "mcp__s__hang",
    "mcp__s__image",
    "mcp__s__progress",
    "mcp__s__seen",
    "mcp__s__throw",
  ]);
  const hints = started.servers.tools().map(({ tool }) => tool);
  expect(hints.filter(({ destructive }) => destructive).map(({ name }) => name)).toEqual(["die"]);
  expect(hints.filter(({ readOnly }) => readOnly).map(({ name }) => name)).toEqual(["progress"]);
});

test("a call gives what the server sent", async () => {
  await using started = startServers({ s: scripted() });
  expect(await call(started, "echo", { arguments: { text: "hi" } })).toEqual({
    content: [{ type: "text", text: "you said hi" }],
    structuredContent: { n: 1 },
    isError: false,
  });
  expect(await call(started, "fail")).toEqual({
    content: [{ type: "text", text: "it failed" }],
    structuredContent: null,
    isError: true,
  });
  await expect(call(started, "throw")).rejects.toThrow("tools/call failed: Mcp error: -32000: boom");
});

test("a server sees no variable of ours that is not meant for it", async () => {
  await using started = startServers({ s: scripted() });
  expect(textOf((await call(started, "env")).content)).toBe(JSON.stringify(["HOME", "PATH"]));
});

test("only the tools that the configuration leaves on are offered, and the others are refused", async () => {
  await using started = startServers({
    s: scripted("plain", { enabledTools: ["echo", "fail"], disabledTools: ["fail"] }),
  });
  await started.servers.settled(never);
  const offered = started.servers.tools().filter(({ enabled }) => enabled);
  expect(offered.map(({ name }) => name)).toEqual(["mcp__s__echo"]);
  expect(started.servers.states().map(({ tools }) => tools.map(({ name }) => name))).toEqual([["echo"]]);
  await expect(call(started, "fail")).rejects.toThrow("tool 'fail' is disabled for MCP server 's'");
});

test("all pages of a list are read, up to a cursor that was there already", async () => {
  await using started = startServers({ paged: scripted("paged"), endless: scripted("endless") });
  await started.servers.settled(never);
  const of = (server: string): number => started.servers.tools().filter((tool) => tool.server === server).length;
  expect({ paged: of("paged"), endless: of("endless") }).toEqual({ paged: 12, endless: 2 });
});

test("a tool that cannot be read is left out, and the others are there", async () => {
  await using started = startServers({ s: scripted("odd") });
  await started.servers.settled(never);
  expect(started.servers.tools()).toHaveLength(12);
  expect(started.log.filter((line) => line.startsWith("s: left out"))).toHaveLength(2);
});

test("lines that are no messages are told to the log and do no harm", async () => {
  await using started = startServers({ s: scripted("broken-json") });
  expect(textOf((await call(started, "echo", { arguments: { text: "hi" } })).content)).toBe("you said hi");
  expect(started.log.filter((line) => line.includes("not a message"))).toHaveLength(4);
});

test("a flood of notifications delays nothing but itself", async () => {
  await using started = startServers({ s: scripted() });
  expect(textOf((await call(started, "flood")).content)).toBe("flooded");
});

test("a call that is not answered in its time is given up, and the server is told", async () => {
  await using started = startServers({ s: scripted("plain", { toolTimeoutMs: 50 }) });
  await expect(call(started, "hang")).rejects.toThrow("timed out awaiting tools/call after 0.1s");
  const seen: unknown = JSON.parse(String(textOf((await call(started, "seen")).content)));
  expect(seen).toContainEqual({
    method: "notifications/cancelled",
    params: { requestId: expect.any(Number), reason: "timed out" },
  });
});

test("a call that is interrupted ends with the signal's reason, and the server is told", async () => {
  await using started = startServers({ s: scripted() });
  await started.servers.settled(never);
  const abort = new AbortController();
  const hanging = call(started, "hang", { signal: abort.signal });
  const reason = new Error("stop");
  setImmediate(() => abort.abort(reason));
  await expect(hanging).rejects.toBe(reason);
  const seen: unknown = JSON.parse(String(textOf((await call(started, "seen")).content)));
  expect(seen).toContainEqual({
    method: "notifications/cancelled",
    params: { requestId: expect.any(Number), reason: "interrupted" },
  });
});

test("progress is told, the first word at once, and not more than ten times a second", async () => {
  await using started = startServers({ s: scripted() });
  const words: string[] = [];
  await call(started, "progress", { onProgress: (word) => words.push(word) });
  expect(words).toEqual(["1/3"]);
});

test("changed tools are listed again", async () => {
  await using started = startServers({ s: scripted() });
  await started.servers.settled(never);
  const before = started.servers.tools();
  await call(started, "grow");
  // The list was asked for before this call: its answer is there by now.
  await call(started, "echo", { arguments: { text: "x" } });
  await call(started, "echo", { arguments: { text: "x" } });
  const names = started.servers.tools().map(({ name }) => name);
  expect(names.filter((name) => !before.some((tool) => tool.name === name))).toEqual(["mcp__s__extra"]);
});

test("a server that dies in a call fails it with its last words, and is started again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "heddle-mcp-"));
  try {
    await using started = startServers({ s: scripted("die-once", { file: join(folder, "died") }) });
    await started.servers.settled(never);
    const reason = await call(started, "die").catch(reasonOf);
    expect(reason).toBe("tools/call failed: the server exited with code 3; its last words: something is wrong here");
    expect(textOf((await call(started, "die")).content)).toBe("alive");
    expect(started.warnings).toEqual([
      "MCP server 's' has ended and is started again: the server exited with code 3; its last words: something is wrong here",
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a server that ends again and again is given up", async () => {
  await using started = startServers({ s: scripted() });
  for (let n = 0; n < 3; n += 1) await call(started, "die").catch(() => {});
  await started.until(() => started.statuses.at(-1)?.status.state === "failed");
  await expect(call(started, "echo")).rejects.toThrow("it has ended too often and is not started again");
  expect(started.warnings).toHaveLength(3);
});

test("a server that exits at once fails with what it said", async () => {
  await using started = startServers({ s: scripted("exits") });
  await started.servers.settled(never);
  expect(started.statuses.at(-1)).toEqual({
    server: "s",
    status: {
      state: "failed",
      loginNeeded: false,
      error:
        "MCP client for `s` failed to start: the server exited with code 7; its last words: cannot find my configuration",
    },
  });
});

test("a program that is not there fails with its name", async () => {
  const config = scripted();
  const transport = { ...config.transport, type: "stdio" as const, command: "/no/such/bin" };
  await using started = startServers({
    s: { ...config, transport: { ...config.transport, ...transport } as typeof config.transport },
  });
  await started.servers.settled(never);
  const [, end] = started.statuses;
  expect(end?.status).toMatchObject({
    state: "failed",
    error: expect.stringContaining("MCP client for `s` failed to start: cannot run /no/such/bin"),
  });
});

test("a server that never answers is given up after its limit, and delays the others no longer", async () => {
  await using started = startServers({ dead: scripted("silent", { startupTimeoutMs: 300 }), s: scripted() });
  await started.servers.settled(never);
  await started.until(() => started.statuses.some(({ status }) => status.state === "failed"));
  const failed = started.statuses.find(({ server, status }) => server === "dead" && status.state === "failed");
  expect(failed?.status).toMatchObject({
    error: expect.stringMatching(/^MCP client for `dead` timed out after 0.3 seconds\. Add or adjust/),
  });
  expect(textOf((await call(started, "echo", { arguments: { text: "x" } })).content)).toBe("you said x");
});

test("a name that tools could not be called by fails with the pattern", async () => {
  await using started = startServers({ "a b": scripted() });
  await started.servers.settled(never);
  expect(started.statuses.at(-1)?.status).toMatchObject({
    state: "failed",
    error: "Invalid server name 'a b': must match pattern ^[a-zA-Z0-9_-]+$",
  });
});

test("a disabled server is not started", async () => {
  await using started = startServers({ off: scripted("plain", { enabled: false }) });
  await started.servers.settled(never);
  expect(started.statuses).toEqual([]);
  expect(started.servers.states()).toMatchObject([{ name: "off", status: null, tools: [] }]);
});

test("a start that is cancelled is told as that", async () => {
  await using started = startServers({ s: scripted("silent") });
  started.servers.cancelStart();
  await started.servers.settled(never);
  expect(started.statuses.at(-1)?.status).toEqual({ state: "cancelled" });
});

test("a question of a server is put to the person, and the limit of the call stands still meanwhile", async () => {
  const questions: Elicitation[] = [];
  const limit = { toolTimeoutMs: 200 };
  await using other = startServers({ s: scripted("plain", limit) });
  await using started = startServers(
    { s: scripted("plain", limit) },
    {
      // The person decides when a call with the same limit, begun after this one, has long run out of time.
      elicit: async (_server, question) => {
        questions.push(question);
        await call(other, "hang").catch(() => {});
        return { action: "accept", content: { name: "Ada", age: 36, secret: "x" } };
      },
    },
  );
  expect(textOf((await call(started, "ask")).content)).toBe('{"action":"accept","content":{"name":"Ada","age":36}}');
  expect(questions).toEqual([
    {
      mode: "form",
      message: "who are you?",
      requestedSchema: {
        type: "object",
        properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
        required: ["name"],
      },
    },
  ]);
});

test.each([
  [{ action: "accept", content: { name: 1 } }, '{"action":"cancel"}'],
  [{ action: "accept", content: { age: 3 } }, '{"action":"cancel"}'],
  [{ action: "accept", content: { name: "x", age: -1 } }, '{"action":"cancel"}'],
  [{ action: "decline" }, '{"action":"decline"}'],
  [{ action: "cancel" }, '{"action":"cancel"}'],
] as const)("an answer %j reaches the server as %s", async (given, expected) => {
  await using started = startServers({ s: scripted() }, { elicit: () => Promise.resolve(given) });
  expect(textOf((await call(started, "ask")).content)).toBe(expected);
});

test("a link is put to the person as a link", async () => {
  const questions: Elicitation[] = [];
  await using started = startServers(
    { s: scripted() },
    { elicit: (_server, question) => (questions.push(question), Promise.resolve({ action: "accept", content: null })) },
  );
  expect(textOf((await call(started, "ask", { arguments: { url: true } })).content)).toBe('{"action":"accept"}');
  expect(questions).toEqual([{ mode: "url", message: "go there", url: "https://example.com/x", elicitationId: "e1" }]);
});

test("resources are listed and read", async () => {
  await using started = startServers({ b: scripted(), a: scripted() });
  await started.servers.settled(never);
  expect(await started.servers.listAllResources("resources", never)).toEqual([
    { server: "a", entries: [{ uri: "s://a", name: "a" }] },
    { server: "b", entries: [{ uri: "s://a", name: "a" }] },
  ]);
  expect(await started.servers.listResources("a", "resourceTemplates", { cursor: null, signal: never })).toEqual({
    entries: [{ uriTemplate: "s://{x}", name: "x" }],
    nextCursor: null,
  });
  expect(await started.servers.readResource("a", "s://a", never)).toEqual([{ uri: "s://a", text: "content of s://a" }]);
  await expect(started.servers.readResource("x", "s://a", never)).rejects.toThrow("unknown MCP server 'x'");
});

test("a server that wants to know hears of the sandbox once per change", async () => {
  await using started = startServers({ s: scripted() });
  await started.servers.setSandboxState({ sandboxCwd: "/a" });
  await started.servers.settled(never);
  await started.servers.setSandboxState({ sandboxCwd: "/a" });
  await started.servers.setSandboxState({ sandboxCwd: "/b" });
  const seen = JSON.parse(String(textOf((await call(started, "seen")).content))) as {
    method: string;
    params: unknown;
  }[];
  expect(seen.filter(({ method }) => method === "codex/sandbox-state/update").map(({ params }) => params)).toEqual([
    { sandboxCwd: "/a" },
    { sandboxCwd: "/b" },
  ]);
});

test("a new configuration starts what is new, ends what is gone and leaves the rest alone", async () => {
  const same = scripted();
  await using started = startServers({ gone: scripted(), same });
  await started.servers.settled(never);
  await started.servers.reconfigure({ same, fresh: scripted() });
  await started.servers.settled(never);
  expect(started.servers.states().map(({ name, status }) => [name, status?.state])).toEqual([
    ["fresh", "ready"],
    ["same", "ready"],
  ]);
  expect(started.statuses.filter(({ server }) => server === "same")).toHaveLength(2);
});

test.each(["plain", "stubborn"])("nothing of a %s server is left when it is closed", async (mode) => {
  const started = startServers({ s: scripted(mode) });
  await started.servers.settled(never);
  await started.servers.close();
  await expect(call(started, "echo")).rejects.toThrow("is not running");
});

test("what a server has started ends with it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "heddle-mcp-"));
  try {
    const file = join(folder, "pid");
    const started = startServers({ s: scripted("grandchild", { file }) });
    await started.servers.settled(never);
    const pid = Number(await readFile(file, "utf8"));
    expect(isAlive(pid)).toBe(true);
    await started.servers.close();
    await gone(pid);
    expect(isAlive(pid)).toBe(false);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Whether a process runs; one that has ended and is not yet collected by its parent does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process is collected by whoever adopts it: shortly after, and not by us. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
}
