import type { Client } from "@modelcontextprotocol/client";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { createRig, type CommandRig } from "./command-rig.ts";
import { ANY, startMcpHost } from "./mcp-host.ts";

/** What the tool answers. */
export interface ShellAnswer {
  readonly exit_code: number;
  readonly output: string;
  readonly duration: { readonly secs: number; readonly nanos: number };
  readonly timed_out: boolean;
  readonly enforcement: { readonly decided: string; readonly sandbox: string };
}

export interface ShellRig extends AsyncDisposable {
  readonly rig: CommandRig;
  readonly client: Client;
  /** The questions, in order. */
  readonly asked: Record<string, unknown>[];
  update(sandboxPolicy: object, sandboxCwd?: string): Promise<void>;
  call(args: object, signal?: AbortSignal): Promise<{ readonly isError: boolean; readonly text: string }>;
  shell(command: string, args?: object): Promise<ShellAnswer>;
}

export interface ShellOptions {
  readonly rules: string;
  /** What the person says to each question; without it the host cannot ask. */
  readonly answer?: ((question: Record<string, unknown>) => unknown) | undefined;
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  /** Files of the workspace that can be run. */
  readonly programs?: Record<string, string>;
}

/** The built server with the official SDK's client. */
export async function startShell({
  rules,
  answer,
  env = {},
  args = [],
  programs = {},
}: ShellOptions): Promise<ShellRig> {
  const rig = await createRig({ homeFiles: { "policy/team.codexpolicy": rules } });
  const { cwd } = rig.workspace;
  for (const [name, text] of Object.entries(programs)) await writeFile(join(cwd, name), text, { mode: 0o755 });
  const { client, asked } = await startMcpHost({
    args: ["shell-tool-mcp", ...args],
    cwd,
    env: { ...rig.workspace.env, ...env },
    answer,
  });
  const call: ShellRig["call"] = async (args, signal) => {
    const answered = (await client.request({ method: "tools/call", params: { name: "shell", arguments: args } }, ANY, {
      timeout: 60_000,
      ...(signal === undefined ? {} : { signal }),
    })) as { isError: boolean; content: { text: string }[] };
    return { isError: answered.isError, text: answered.content.map(({ text }) => text).join("\n") };
  };
  return {
    rig,
    client,
    asked,
    call,
    update: (sandboxPolicy, sandboxCwd = cwd) =>
      client.notification({
        method: "codex/sandbox-state/update",
        params: { sandboxPolicy, codexLinuxSandboxExe: null, sandboxCwd },
      }),
    async shell(command, args = {}) {
      const { isError, text } = await call({ command, workdir: cwd, login: false, ...args });
      expect({ isError, text }).toEqual({ isError: false, text });
      return JSON.parse(text) as ShellAnswer;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await rig[Symbol.asyncDispose]();
    },
  };
}
