import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { failed, ok, warning, type Finding } from "./finding.ts";

/** The oldest Node that runs Heddle, as in `package.json`. */
const OLDEST_NODE = [20, 19] as const;
const PROGRAM_LIMIT_MS = 5_000;

/** @param version as `process.versions.node` has it. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (!isOld) return ok("node", `Node ${version}`);
  return failed("node", `Node ${version} is too old`, `install Node ${OLDEST_NODE.join(".")} or newer`);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Diffs, reviews and the check of the working directory need git. */
export async function checkGit(env: Environment): Promise<Finding> {
  const version = await firstLine("git", env);
  if (version !== null) return ok("git", version);
  return warning("git", "git is not on the PATH: reviews and diffs are not available", "apt install git");
}

/** Lists files for searches; models use it too. */
export async function checkRipgrep(env: Environment): Promise<Finding> {
  const version = await firstLine("rg", env);
  if (version !== null) return ok("ripgrep", version);
  return warning("ripgrep", "rg is not on the PATH: searching files takes longer", "apt install ripgrep");
}

export function checkTerminal(env: Environment, { isTerminal }: { readonly isTerminal: boolean }): Finding {
  const term = env["TERM"] ?? "";
  if (!isTerminal) return ok("terminal", "standard output is no terminal: no colours");
  if (term === "" || term === "dumb") {
    return warning("terminal", `TERM is "${term}": no colours`, "export TERM=xterm-256color");
  }
  return ok("terminal", env["NO_COLOR"] ? `${term}, without colours (NO_COLOR)` : term);
}

/** What a program says about its version; null when it is not there or does not work. */
async function firstLine(program: string, env: Environment): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, ["--version"], { env, timeout: PROGRAM_LIMIT_MS });
    return stdout.split("\n", 1)[0]?.trim() ?? "";
  } catch {
    return null;
  }
}
