import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, extname, isAbsolute, join } from "node:path";
import { assertNever } from "./assert-never.ts";
import type { Environment } from "./policy.ts";

export type ShellKind = "bash" | "zsh" | "sh" | "powershell" | "cmd";

/** A shell that is there: `path` is absolute, or a bare name where only the system's own search finds it. */
export interface Shell {
  readonly kind: ShellKind;
  readonly path: string;
}

/** Where a shell is looked for; `platform` is that of the machine unless a test says otherwise. */
export interface ShellSearch {
  readonly env: Environment;
  /** The shell of the user's entry in the password file; null or not given: not known. */
  readonly passwdShell?: string | null;
  readonly platform?: NodeJS.Platform;
}

const FALLBACK_PATHS: Record<ShellKind, readonly string[]> = {
  zsh: ["/bin/zsh"],
  bash: ["/bin/bash"],
  sh: ["/bin/sh"],
  powershell: ["/usr/local/bin/pwsh"],
  cmd: [],
};
const NAMES: Record<ShellKind, readonly string[]> = {
  zsh: ["zsh"],
  bash: ["bash"],
  sh: ["sh"],
  powershell: ["pwsh", "powershell"],
  cmd: ["cmd"],
};

/** The user's shell: that of the password entry when it is of a known kind, else the best that the platform has. */
export function userShell({ env, passwdShell = null, platform = process.platform }: ShellSearch): Shell {
  const search = { env, passwdShell, platform };
  if (platform === "win32") {
    return findShell("powershell", null, search) ?? { kind: "cmd", path: "cmd.exe" };
  }
  const own = passwdShell === null ? null : shellKind(passwdShell);
  const order: ShellKind[] = platform === "darwin" ? ["zsh", "bash"] : ["bash", "zsh"];
  for (const kind of own === null ? order : [own, ...order]) {
    const found = findShell(kind, null, search);
    if (found !== null) return found;
  }
  return { kind: "sh", path: "/bin/sh" };
}

/** The shell that a model named, a path or a bare name; `/bin/sh` when it is of no known kind or not there. */
export function namedShell(name: string, search: ShellSearch): Shell {
  const kind = shellKind(name);
  const found = kind === null ? null : findShell(kind, name, search);
  return found ?? { kind: "sh", path: "/bin/sh" };
}

/** The argv that runs `script`; a login shell reads the user's profile first. */
export function shellArgv(shell: Shell, script: string, { login }: { readonly login: boolean }): string[] {
  switch (shell.kind) {
    case "bash":
    case "zsh":
    case "sh":
      return [shell.path, login ? "-lc" : "-c", script];
    case "powershell":
      return [shell.path, ...(login ? [] : ["-NoProfile"]), "-Command", script];
    case "cmd":
      return [shell.path, "/c", script];
    default:
      return assertNever(shell.kind);
  }
}

/** Null for a program that is none of the shells we know how to call. */
export function shellKind(path: string): ShellKind | null {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  switch (basename(name, extname(name)).toLowerCase()) {
    case "bash":
      return "bash";
    case "zsh":
      return "zsh";
    case "sh":
      return "sh";
    case "pwsh":
    case "powershell":
      return "powershell";
    case "cmd":
      return "cmd";
    default:
      return null;
  }
}

function findShell(
  kind: ShellKind,
  given: string | null,
  { env, passwdShell = null, platform }: ShellSearch,
): Shell | null {
  const suffix = platform === "win32" ? ".exe" : "";
  const candidates = [
    ...(given !== null && isAbsolute(given) ? [given] : []),
    ...(passwdShell !== null && shellKind(passwdShell) === kind ? [passwdShell] : []),
    ...NAMES[kind].flatMap((name) => searchPath(name + suffix, env)),
    ...FALLBACK_PATHS[kind],
  ];
  const path = candidates.find(isExecutableFile);
  return path === undefined ? null : { kind, path };
}

function searchPath(name: string, env: Environment): string[] {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name));
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // whatever is in the way, it is no shell that can be used
  }
}
