import type { JsonValue } from "@heddle/protocol";
import { markedProcesses } from "@heddle/testkit";
import { expect, test } from "vitest";
import { startHeddle, type TestHeddle } from "./support/start-heddle.ts";

const FREE = { sandboxPolicy: { type: "dangerFullAccess" } };

interface Output {
  readonly processId: string;
  readonly stream: "stdout" | "stderr";
  readonly deltaBase64: string;
  readonly capReached: boolean;
}

function exec(heddle: TestHeddle, command: string[], params: Readonly<Record<string, JsonValue>>): Promise<unknown> {
  return heddle.client.request("command/exec", { command, ...FREE, ...params });
}

/** What a command has told so far, by stream. */
function told(heddle: TestHeddle, processId: string, stream: Output["stream"] = "stdout"): string {
  const pieces = heddle.client.heard
    .filter(({ method }) => method === "command/exec/outputDelta")
    .map(({ params }) => params as unknown as Output)
    .filter((piece) => piece.processId === processId && piece.stream === stream);
  return Buffer.concat(pieces.map(({ deltaBase64 }) => Buffer.from(deltaBase64, "base64"))).toString("latin1");
}

const write = (heddle: TestHeddle, processId: string, text: string, more: object = {}): Promise<unknown> =>
  heddle.client.request("command/exec/write", {
    processId,
    deltaBase64: Buffer.from(text).toString("base64"),
    ...more,
  });

test("output is told while a command runs, byte for byte, and is not in the answer", async () => {
  await using heddle = await startHeddle({ script: [] });
  const command = ["sh", "-c", String.raw`printf 'a\377b'; echo err >&2; exit 3`];
  const answer = await exec(heddle, command, { processId: "one", streamStdoutStderr: true });
  expect(answer).toEqual({ exitCode: 3, stdout: "", stderr: "" });
  expect([told(heddle, "one"), told(heddle, "one", "stderr")]).toEqual(["a\u{ff}b", "err\n"]);
});

test("a command can be written to until its input is ended", async () => {
  await using heddle = await startHeddle({ script: [] });
  const answer = exec(heddle, ["tr", "a-z", "A-Z"], { processId: "one", streamStdin: true });
  await expect.poll(() => write(heddle, "one", "sho").catch(() => null)).toEqual({});
  expect(await write(heddle, "one", "ut", { closeStdin: true })).toEqual({});
  expect(await answer).toEqual({ exitCode: 0, stdout: "SHOUT", stderr: "" });
});

test("a command in a terminal is typed to, resized, and ended by the key for the end of input", async () => {
  await using heddle = await startHeddle({ script: [] });
  const command = ["sh", "-c", "stty size; read x; stty size; cat; echo over"];
  const answer = exec(heddle, command, { processId: "t", tty: true, size: { rows: 10, cols: 40 }, timeoutMs: 60_000 });
  await expect.poll(() => told(heddle, "t")).toBe("10 40\r\n");
  await heddle.client.request("command/exec/resize", { processId: "t", size: { rows: 20, cols: 70 } });
  await write(heddle, "t", "go\n");
  await expect.poll(() => told(heddle, "t")).toBe("10 40\r\ngo\r\n20 70\r\n");
  await heddle.client.request("command/exec/write", { processId: "t", closeStdin: true });
  expect(await answer).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(told(heddle, "t")).toMatch(/over\r\n$/);
});

test("a command is ended with all that it has started, and its name is free then", async () => {
  await using heddle = await startHeddle({ script: [] });
  const params = { processId: "one", streamStdoutStderr: true, disableTimeout: true };
  const answer = exec(heddle, ["sh", "-c", "sleep 31415 & echo up; wait"], params);
  await expect.poll(() => told(heddle, "one")).toBe("up\n");
  await expect(exec(heddle, ["true"], params)).rejects.toThrow("a command with the process id `one` is running");
  expect(await heddle.client.request("command/exec/terminate", { processId: "one" })).toEqual({});
  expect(await answer).toMatchObject({ exitCode: 137 });
  await expect.poll(() => markedProcesses("31415")).toEqual([]);
  expect(await exec(heddle, ["true"], params)).toMatchObject({ exitCode: 0 });
});

test("a stream that is longer than wanted ends with a piece that says so", async () => {
  await using heddle = await startHeddle({ script: [] });
  const params = { processId: "one", streamStdoutStderr: true, outputBytesCap: 10 };
  await exec(heddle, ["sh", "-c", "seq 1 100; echo also >&2"], params);
  expect([told(heddle, "one"), told(heddle, "one", "stderr")]).toEqual(["1\n2\n3\n4\n5\n", "also\n"]);
  const last = heddle.client.heard.filter(({ params: said }) => said["capReached"] === true);
  expect(last).toMatchObject([{ method: "command/exec/outputDelta", params: { stream: "stdout" } }]);
  const answer = await exec(heddle, ["seq", "1", "100"], { outputBytesCap: 10 });
  expect(answer).toEqual({ exitCode: 0, stdout: "1\n2\n3\n4\n5\n", stderr: "" });
});

test("variables can be given and taken away, and a profile stands for a policy", async () => {
  await using heddle = await startHeddle({ script: [] });
  const command = ["sh", "-c", 'echo "$COLOUR ${HOME-no home}"; touch made'];
  const env = { COLOUR: "blue", HOME: null };
  const answer = await exec(heddle, command, { env, sandboxPolicy: null, permissionProfile: ":read-only" });
  expect(answer).toMatchObject({ exitCode: 1, stdout: "blue no home\n" });
});

test.each([
  ["a terminal without a name", { tty: true }, "need a `processId`"],
  ["a size without a terminal", { processId: "x", size: { rows: 1, cols: 1 } }, "`size` needs `tty`"],
  ["a size of nothing", { processId: "x", tty: true, size: { rows: 0, cols: 1 } }, "at least one row"],
  ["a time limit and none", { timeoutMs: 1, disableTimeout: true }, "exclude each other"],
  ["a cap and none", { outputBytesCap: 1, disableOutputCap: true }, "exclude each other"],
  ["a profile that is none", { sandboxPolicy: null, permissionProfile: ":x" }, "no permission profile `:x`"],
  ["a profile and a policy", { permissionProfile: ":read-only" }, "exclude each other"],
])("%s is refused", async (_what, params, message) => {
  await using heddle = await startHeddle({ script: [] });
  await expect(exec(heddle, ["true"], params)).rejects.toThrow(message);
});

test("what is not there, and what cannot take it, is told", async () => {
  await using heddle = await startHeddle({ script: [] });
  const ask = (method: string, params: Readonly<Record<string, JsonValue>>): Promise<unknown> =>
    heddle.client.request(method, { processId: "one", ...params });
  await expect(ask("command/exec/terminate", {})).rejects.toThrow("no command with the process id `one` is running");
  const answer = exec(heddle, ["sleep", "300"], { processId: "one", streamStdoutStderr: true });
  const typing = ask("command/exec/write", { deltaBase64: "YQ==" }).catch((error: unknown) => String(error));
  await expect.poll(() => ask("command/exec/write", { deltaBase64: "YQ==" }).catch(String)).toMatch("takes no input");
  await typing;
  await expect(ask("command/exec/write", {})).rejects.toThrow("nothing to do");
  await expect(ask("command/exec/write", { deltaBase64: "!" })).rejects.toThrow("not base64");
  await expect(ask("command/exec/resize", { size: { rows: 1, cols: 1 } })).rejects.toThrow("has no terminal");
  await ask("command/exec/terminate", {});
  expect(await answer).toMatchObject({ exitCode: 137 });
});

test("a named command ends with its connection", async () => {
  await using heddle = await startHeddle({ script: [] });
  const answer = exec(heddle, ["sh", "-c", "echo up; sleep 27182"], {
    processId: "one",
    tty: true,
    disableTimeout: true,
  });
  answer.catch(() => {}); // the connection goes before it
  await expect.poll(() => told(heddle, "one")).toBe("up\r\n");
  await heddle.client.peer.close();
  await expect.poll(() => markedProcesses("27182")).toEqual([]);
});
