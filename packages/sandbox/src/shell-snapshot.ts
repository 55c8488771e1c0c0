import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { childEnvironment, type EnvironmentPolicy } from "./environment.ts";
import { isAlive, ownerName } from "./owner.ts";
import type { SandboxPolicy } from "./policy.ts";
import { createExpiration } from "./process/expiration.ts";
import type { Sandbox } from "./sandbox.ts";
import { shellArgv, type Shell } from "./shell.ts";

/** What a login shell knows once it has read the user's profile, in a file that other shells can read. */
export interface ShellSnapshot {
  readonly path: string;
  /** The argv that runs `argv` (a shell without login) with what the snapshot holds. Rules are for the inner argv. */
  wrap(argv: readonly string[]): string[];
  /** Removes the file. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SnapshotOptions {
  readonly shell: Shell;
  readonly sandbox: Sandbox;
  readonly policy: SandboxPolicy;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Decides which of the exported variables are kept: a profile may export credentials. */
  readonly environmentPolicy: EnvironmentPolicy;
  /** `<home>/shell_snapshots`; made when it is missing. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const ENDING = ".sh";
const LIMIT_MS = 10_000;
const MARK = "# Snapshot file";
const EXPORTS_MARK = "# Exports follow";
/** Variables that belong to one shell or one folder. */
const OWN_TO_A_SHELL = new Set(["PWD", "OLDPWD", "SHLVL", "_"]);

/**
 * Takes a snapshot, so that commands need not read the profile each time (10 to 50 ms, and its messages look like those
 * of the command). Null where the shell cannot give one: commands then use a login shell as before.
 * @throws SandboxError when the shell cannot be started
 */
export async function takeShellSnapshot(options: SnapshotOptions): Promise<ShellSnapshot | null> {
  const { shell, sandbox, policy, cwd, env, environmentPolicy, folder, signal } = options;
  if (shell.kind === "powershell" || shell.kind === "cmd") return null;
  const argv = shellArgv(shell, snapshotScript(shell), { login: true });
  await using child = await sandbox.spawn(
    { argv, cwd, env, policy, sandboxCwd: cwd },
    createExpiration({ timeoutMs: LIMIT_MS, signal }),
  );
  const { exitCode, stdout, omittedBytes } = await child.exit;
  if (exitCode !== 0 || omittedBytes > 0) return null;
  const text = snapshotText(stdout, environmentPolicy);
  if (text === null) return null;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeLeftovers(folder);
  const path = join(folder, `${ownerName()}${ENDING}`);
  await writeFile(path, text, { mode: 0o600 });
  return {
    path,
    wrap: (argv) => [shell.path, "-c", '. "$0" && exec "$@"', path, ...argv],
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}

/** Removes what processes have left that were killed: it holds an environment. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith(ENDING) && !isAlive(name)) await rm(join(folder, name), { force: true });
  }
}

/** The file for what a shell has printed; null when it printed no snapshot. */
function snapshotText(output: string, policy: EnvironmentPolicy): string | null {
  const start = output.indexOf(`${MARK}\n`);
  const exportsStart = output.lastIndexOf(`${EXPORTS_MARK}\n`);
  if (start === -1 || exportsStart < start) return null;
  const variables: Record<string, string> = {};
  for (const entry of output.slice(exportsStart + EXPORTS_MARK.length + 1).split("\0")) {
    const equals = entry.indexOf("=");
    const name = entry.slice(0, equals);
    // Exported functions have names that no shell can assign to.
    if (equals > 0 && /^[A-Za-z_]\w*$/.test(name) && !OWN_TO_A_SHELL.has(name))
      variables[name] = entry.slice(equals + 1);
  }
  const kept = childEnvironment(
    variables,
    { ...policy, inherit: "all", set: {} },
    { networkDisabled: false, sandboxed: false },
  );
  const exports = Object.entries(kept).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return output.slice(start, exportsStart) + exports.join("");
}

/** Prints functions, options and aliases as shell source, then the exported variables, separated by NUL. */
function snapshotScript({ kind }: Shell): string {
  const print = {
    bash: "declare -f; shopt -p; set +o; alias -p",
    zsh: "functions; setopt | sed 's/^/setopt /'; alias -L",
    sh: "set +o; alias | sed 's/^/alias /; s/^alias alias /alias /'",
    powershell: "",
    cmd: "",
  }[kind];
  // Not all of it works everywhere; what does is what the snapshot has.
  return `echo; echo '${MARK}'; { ${print}; } 2>/dev/null; echo '${EXPORTS_MARK}'; env -0`;
}

function quote(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
