import { execFile } from "node:child_process";

/** Where Git runs. */
export interface GitPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface GitOutput {
  /** It ended with 0. */
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Settings under which Git runs no program of the repository's choice, asks nobody and takes no lock. No protocol is
 * allowed: a partial clone would fetch what is missing, by a program that its configuration names.
 */
const QUIET = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat"];
/** Keeps Git from fetching, from asking, and from taking locks that it can do without. */
export const QUIET_ENV = {
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  LC_ALL: "C",
};

/** Runs Git to its end. A missing program or folder counts as a failed run. @throws the reason of `signal`. */
export function runGit(args: readonly string[], { cwd, env, signal }: GitPlace): Promise<GitOutput> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...env, ...QUIET_ENV }, signal, maxBuffer: MAX_OUTPUT_BYTES };
    const failed = (error: unknown): void =>
      resolve({ ok: false, stdout: "", stderr: error instanceof Error ? error.message : String(error) });
    try {
      execFile("git", [...QUIET, ...args], options, (error, stdout, stderr) => {
        if (signal.aborted) reject(signal.reason);
        else if (error === null) resolve({ ok: true, stdout, stderr });
        else if (stderr === "") failed(error);
        else resolve({ ok: false, stdout, stderr });
      });
    } catch (error) {
      failed(error); // a folder whose name is too long, or a file: Node says so at once
    }
  });
}
