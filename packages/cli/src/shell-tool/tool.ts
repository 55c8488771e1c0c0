import { decode } from "@heddle/protocol";
import type { SandboxLevel } from "@heddle/sandbox";
import type { CallToolResult, ListToolsResult } from "@modelcontextprotocol/server";
import { isAbsolute } from "node:path";
import * as Type from "@sinclair/typebox";

const DEFAULT_TIMEOUT_MS = 10_000;

/** Names are wire: hosts of the reference know them. Source: MCP spec, section D. */
const ShellInput = Type.Object({
  command: Type.String(),
  workdir: Type.String(),
  timeout_ms: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
  login: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
});

/** The one tool, as `tools/list` shows it. */
export const SHELL_TOOL: ListToolsResult["tools"][number] = {
  name: "shell",
  description:
    "Runs a shell script in a sandbox and returns its exit code and output. Rules decide about what the script runs; a person may be asked.",
  inputSchema: {
    type: "object",
    properties: {
      command: { type: "string", description: "The script." },
      workdir: { type: "string", description: "The folder to run it in, absolute." },
      timeout_ms: {
        type: ["integer", "null"],
        minimum: 0,
        description: `How long it may run, without the time in which a person is asked. Default ${DEFAULT_TIMEOUT_MS}.`,
      },
      login: {
        type: ["boolean", "null"],
        description: "Whether the shell reads the user's profile first. Default true.",
      },
    },
    required: ["command", "workdir"],
  },
};

/** A call of the tool. */
export interface ShellOrder {
  readonly script: string;
  /** Absolute. */
  readonly workdir: string;
  readonly timeoutMs: number;
  readonly login: boolean;
}

/** Reads a call; a text is the reason why it cannot be served. */
export function readShellOrder(name: string, args: unknown): ShellOrder | string {
  if (name !== SHELL_TOOL.name) return `Unknown tool '${name}'`;
  const decoded = decode(ShellInput, args ?? {});
  if (!decoded.ok) return `Failed to parse the arguments of the tool: ${decoded.reason}`;
  const { command, workdir, timeout_ms, login } = decoded.value;
  if (!isAbsolute(workdir)) return `workdir is not an absolute path: ${JSON.stringify(workdir)}`;
  return { script: command, workdir, timeoutMs: timeout_ms ?? DEFAULT_TIMEOUT_MS, login: login !== false };
}

/** What was decided about: each program when it started, or before anything did each command, or the whole script. */
export type Decided = "programs" | "commands" | "script";

const DECIDED: Readonly<Record<Decided, string>> = {
  programs: "each program, when it started",
  commands: "each command of the script, before it started",
  script: "the script as one command, before it started",
};

/** How a call ended. */
export interface ShellEnd {
  readonly exitCode: number;
  readonly output: string;
  readonly durationMs: number;
  readonly timedOut: boolean;
  readonly decided: Decided;
  /** What it ran in; `notRun` when it was refused. */
  readonly ranIn: SandboxLevel | "notRun";
}

/** The answer: one text with JSON, no error whatever the exit code. */
export function toShellResult({ exitCode, output, durationMs, timedOut, decided, ranIn }: ShellEnd): CallToolResult {
  const secs = Math.floor(durationMs / 1000);
  const answer = {
    exit_code: exitCode,
    output,
    duration: { secs, nanos: Math.round((durationMs - secs * 1000) * 1e6) },
    timed_out: timedOut,
    enforcement: {
      decided: DECIDED[decided],
      sandbox: ranIn === "notRun" ? "not run" : ranIn,
    },
  };
  return { content: [{ type: "text", text: JSON.stringify(answer) }], isError: false };
}
