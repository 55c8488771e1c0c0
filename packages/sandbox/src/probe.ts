import { mkdirSync, realpathSync } from "node:fs";
import { findBubblewrap } from "./bubblewrap/find.ts";
import { BubblewrapRung, type BubblewrapOptions } from "./bubblewrap/rung.ts";
import { startChild } from "./process/child.ts";
import { errorCode } from "./process/program.ts";
import { filterArch } from "./seccomp/filter.ts";
import { SandboxError } from "./sandbox-error.ts";

/** Which sandbox this machine has. */
export type SandboxProbe =
  | { readonly rung: "bubblewrap"; readonly path: string; readonly level: "full" }
  | { readonly rung: "helper"; readonly level: "reduced" }
  /** None: why, and what a person can do about it. */
  | { readonly rung: "none"; readonly cause: string; readonly remedy: string };

export interface ProbeOptions extends Omit<BubblewrapOptions, "path" | "privilege"> {
  /** Null: as if there were none. Not given: looked for on the PATH. */
  readonly bubblewrapPath: string | null | undefined;
}

export interface ProbeResult {
  readonly probe: SandboxProbe;
  readonly rung: BubblewrapRung | null;
}

const PROBE_LIMIT_MS = 5_000;
const REMEDY = "use --sandbox danger-full-access inside an isolated container, or install bubblewrap";

/** Finds the best rung that works here, by a trial run. */
export async function probeSandbox(options: ProbeOptions): Promise<ProbeResult> {
  const { env, stateDir, bubblewrapPath } = options;
  if (process.platform !== "linux") return none(`there is none for ${process.platform} yet`, platformRemedy());
  if (filterArch(process.arch) === null) return none(`there is no system call filter for ${process.arch}`, REMEDY);
  if (bubblewrapPath === null) return none("bubblewrap is not installed (no bwrap on the PATH)", installRemedy());
  const found = findBubblewrap(env, bubblewrapPath);
  if ("cause" in found) return none(found.cause, installRemedy());

  const folder = makeStateFolder(stateDir);
  if ("cause" in folder) return none(folder.cause, "make it writable, or name another home with HEDDLE_HOME");
  let cause = "";
  for (const privilege of process.getuid?.() === 0
    ? (["root", "userNamespace"] as const)
    : (["userNamespace"] as const)) {
    const rung = new BubblewrapRung({ ...options, stateDir: folder.path, path: found.path, privilege });
    const failure = await tryOut(rung);
    if (failure === null) return { probe: { rung: "bubblewrap", path: found.path, level: "full" }, rung };
    rung.close();
    cause ||= failure;
  }
  return none(`bubblewrap cannot set up a sandbox here: ${cause}`, namespaceRemedy());
}

/** Null when a command runs in it, else what went wrong. */
async function tryOut(rung: BubblewrapRung): Promise<string | null> {
  const policy = { type: "read-only" } as const;
  try {
    const confined = rung.confine({ argv: ["/bin/sh", "-c", ":"], cwd: "/", policy, sandboxCwd: "/" });
    await using child = await startChild(
      { ...confined, cwd: "/", env: {}, level: "full", stdin: "null", output: "capture" },
      { deadlineMs: PROBE_LIMIT_MS, signal: new AbortController().signal, pipes: null },
    );
    const { exitCode, stderr, setupFailure } = await child.exit;
    return exitCode === 0 ? null : (setupFailure ?? (stderr.trim().split("\n")[0] || `exit code ${exitCode}`));
  } catch (error) {
    if (error instanceof SandboxError) return error.message;
    throw error;
  }
}

/** The real path of the folder for our own files. */
function makeStateFolder(path: string): { readonly path: string } | { readonly cause: string } {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return { path: realpathSync.native(path) };
  } catch (error) {
    return { cause: `the folder ${path} cannot be made (${errorCode(error)})` };
  }
}

function none(cause: string, remedy: string): ProbeResult {
  return { probe: { rung: "none", cause, remedy }, rung: null };
}

function installRemedy(): string {
  return `${REMEDY} (apt install bubblewrap, dnf install bubblewrap, apk add bubblewrap, pacman -S bubblewrap)`;
}

function namespaceRemedy(): string {
  return (
    "use --sandbox danger-full-access inside an isolated container, or allow user namespaces " +
    "(sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu, kernel.unprivileged_userns_clone=1 on older Debian, " +
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined for Docker)"
  );
}

function platformRemedy(): string {
  return process.platform === "win32"
    ? "run Heddle in WSL 2, where bubblewrap works"
    : "use --sandbox danger-full-access inside an isolated virtual machine";
}
