import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EventStream } from "../src/process/spawner/event-stream.ts";
import { encodeStart } from "../src/process/spawner/messages.ts";

const EMULATOR = "qemu-aarch64-static";
const HELPER = join(import.meta.dirname, "..", "helper", "linux-arm64", "heddle-sandbox-exec");
const hasEmulator = process.arch === "x64" && spawnSync(EMULATOR, ["--version"]).status === 0;

// The emulator knows neither Landlock nor how to become a subreaper: watching and confining are left out here.
describe.skipIf(!hasEmulator)("the helper for arm64, emulated (skipped without qemu-user-static)", () => {
  const run = (...args: string[]): object => {
    const { status, stdout, stderr } = spawnSync(EMULATOR, [HELPER, ...args], { encoding: "utf8" });
    return { status, stdout, stderr };
  };

  test("becomes the command, with its arguments", () => {
    expect(run("--", "/bin/sh", "sh", "-c", 'echo "$0 $1"; exit 3', "a b", "c")).toEqual({
      status: 3,
      stdout: "a b c\n",
      stderr: "",
    });
  });

  test("says what is wrong with its arguments, or that a program cannot be run", () => {
    expect(run("--nonsense", "x")).toMatchObject({ status: 70, stderr: "usage: an option is not known\n" });
    expect(run("--", "/usr", "usr")).toMatchObject({ status: 70, stderr: "/usr: error 13\n" });
  });

  test("starts commands for us, and tells what they write and how they end", async () => {
    const helper = openSync(HELPER, "r");
    const child = spawn(EMULATOR, [HELPER, "--spawner", `${process.pid}`, "3"], {
      stdio: ["pipe", "pipe", "inherit", helper],
    });
    closeSync(helper);
    const told: unknown[] = [];
    const text = { stdout: "", stderr: "" };
    const events = new EventStream({
      event(id, event) {
        if (event.kind === "ready") {
          const args = ["--", "/bin/sh", "sh", "-c", 'echo "$A in $PWD"; echo oops > /dev/stderr; kill -TERM $$'];
          child.stdin?.write(encodeStart(7, { args, cwd: "/usr", env: { A: "b" }, filter: null, stdin: "null" }));
        } else if (event.kind === "exited") {
          told.push({ id, ...event });
          child.stdin?.end();
        }
      },
      bytes(_id, stream, bytes) {
        text[stream] += bytes.toString();
      },
    });
    child.stdout?.on("data", (chunk: Buffer) => events.push(chunk));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect({ code, told, text }).toEqual({
      code: 0,
      told: [{ id: 7, kind: "exited", code: 15, signal: 15, status: "" }],
      text: { stdout: "b in /usr\n", stderr: "oops\n" },
    });
  });
});
