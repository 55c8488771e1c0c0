import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Environment } from "../policy.ts";
import { SandboxError } from "../sandbox-error.ts";

/** Where the system looks when there is no PATH. */
const DEFAULT_PATH = "/usr/bin:/bin";

/**
 * Finds the program of `argv` as the system would, and checks that `cwd` is a folder, so that every rung tells a missing
 * program in the same way (bubblewrap itself would only exit with 1).
 * @returns the absolute path of the program, or its name on Windows
 * @throws SandboxError `spawnFailed`
 */
export function findProgram(argv: readonly string[], cwd: string, env: Environment): string {
  const [program] = argv;
  if (program === undefined || program === "") throw spawnFailed("EINVAL", "''", "the command is empty");
  if (argv.some((argument) => argument.includes("\0"))) {
    throw spawnFailed("EINVAL", JSON.stringify(program), "an argument contains a NUL character");
  }
  const problem = folderProblem(cwd);
  if (problem !== null) throw spawnFailed(problem.code, cwd, `the working folder ${problem.reason}`);
  if (process.platform === "win32") return program; // its search has rules of its own
  const candidates = program.includes("/")
    ? [resolve(cwd, program)]
    : (env["PATH"] ?? DEFAULT_PATH).split(delimiter).map((folder) => join(resolve(cwd, folder), program));
  let code = "ENOENT";
  for (const candidate of candidates) {
    const result = executableCode(candidate);
    if (result === null) return candidate;
    if (result === "EACCES") code = result;
  }
  throw spawnFailed(code, program, code === "EACCES" ? "Permission denied" : "No such file or directory");
}

export function spawnFailed(code: string, path: string, reason: string, options?: ErrorOptions): SandboxError {
  return new SandboxError({ kind: "spawnFailed", code, path, reason }, options);
}

function folderProblem(path: string): { readonly code: string; readonly reason: string } | null {
  try {
    return statSync(path).isDirectory() ? null : { code: "ENOTDIR", reason: "is not a folder" };
  } catch (error) {
    return { code: errorCode(error), reason: "cannot be entered" };
  }
}

/** Null when the file can be run. */
function executableCode(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? null : "EACCES";
  } catch (error) {
    return errorCode(error);
  }
}

/** The code of a system error; `EUNKNOWN` for anything else. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "EUNKNOWN";
}
