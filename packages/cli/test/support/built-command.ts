import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

/** The committed file that loads the bundle: what `npx heddle` runs. */
export const HEDDLE = join(import.meta.dirname, "..", "..", "bin", "heddle.cjs");

/** How a process ended, with everything it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that a test started. Disposing kills it. */
export interface RunningProcess extends AsyncDisposable {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves once it has exited and its output is complete. Never rejects. */
  readonly ended: Promise<Ended>;
  /** Resolves when one of its streams has the text. @throws Error when the process ends without it. */
  says(text: string): Promise<void>;
  /** What it has written so far. */
  readonly text: Readonly<Record<"stdout" | "stderr", string>>;
}

export interface StartOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it reads; null: nothing comes, and the end of input does not either. Default: `""`. */
  readonly stdin?: string | null;
}

/** Starts the built command, as its user would. */
export function startCommand(args: readonly string[], options: StartOptions): RunningProcess {
  return startProcess([process.execPath, HEDDLE, ...args], options);
}

/** Runs the built command to its end. */
export function runCommand(args: readonly string[], options: StartOptions): Promise<Ended> {
  return startCommand(args, options).ended;
}

/** Starts any program. */
export function startProcess(
  [program = "", ...args]: readonly string[],
  { cwd, env, stdin = "" }: StartOptions,
): RunningProcess {
  const child = spawn(program, args, { cwd, env, stdio: "pipe" });
  if (stdin !== null) child.stdin.on("error", () => {}).end(stdin);
  const text = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      text[stream] += chunk;
      for (const look of [...waiting]) look();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, stdout: "", stderr: error.message }));
    child.once("close", (code, signal) => resolve({ code, signal, ...text }));
  });
  return {
    pid: child.pid ?? 0,
    child,
    ended,
    text,
    says(wanted) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (!text.stdout.includes(wanted) && !text.stderr.includes(wanted)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        void ended.then((end) => reject(new Error(`it ended without "${wanted}": ${JSON.stringify(end)}`)));
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
