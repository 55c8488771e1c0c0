import { installExecWrapper, type Environment } from "@heddle/sandbox";
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import type { WrappingBash } from "./decide-program.ts";

/** What the command line says about the Bash; null: nothing. */
export interface BashOptions {
  readonly bash: string | null;
  readonly execve: string | null;
  readonly preserveProgramPaths: boolean;
}

/** How long the Bash may take to run nothing. */
const PROBE_LIMIT_MS = 10_000;

/**
 * Finds the Bash that lets programs be decided about one by one, and tries out that it does: one that does not would run
 * all of them unasked.
 * @returns null when none is named; a text says why the one that is cannot be used.
 */
export async function findWrappingBash(
  { bash, execve, preserveProgramPaths }: BashOptions,
  { cwd, env, home }: { readonly cwd: string; readonly env: Environment; readonly home: string },
): Promise<WrappingBash | null | string> {
  const named = bash ?? env["CODEX_BASH_PATH"] ?? "";
  if (named === "") {
    return execve === null && !preserveProgramPaths
      ? null
      : "--execve and --preserve-program-paths need --bash or CODEX_BASH_PATH";
  }
  const path = resolve(cwd, named);
  const wrapper = execve === null ? installExecWrapper(join(home, "bin")) : resolve(cwd, execve);
  const missing = [path, wrapper].find((file) => !isExecutable(file));
  if (missing !== undefined) return `${missing} is not a program that can be run`;
  if (!(await wraps(path, { wrapper, env }))) return `${path} does not honour BASH_EXEC_WRAPPER`;
  return { bash: path, wrapper, preserveProgramPaths };
}

/** A wrapper that has nobody to ask runs nothing, so that a program which runs has not been wrapped. */
function wraps(
  bash: string,
  { wrapper, env }: { readonly wrapper: string; readonly env: Environment },
): Promise<boolean> {
  const { CODEX_ESCALATE_SOCKET: _, ...rest } = env;
  const told = { ...rest, BASH_EXEC_WRAPPER: wrapper };
  return new Promise((done) => {
    const script = `'${process.execPath.replaceAll("'", String.raw`'\''`)}' --version`;
    execFile(bash, ["-c", script], { env: told, timeout: PROBE_LIMIT_MS }, (error) => {
      // A shell that could not be run at all, or did not end, has not shown anything.
      done(typeof error?.code === "number");
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
