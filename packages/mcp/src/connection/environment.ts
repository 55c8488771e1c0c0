import type { Environment, StdioTransportConfig } from "../server-config.ts";

/** What a server inherits, and nothing else. Source: MCP spec, section A1. */
const INHERITED = {
  posix: [
    "HOME",
    "LOGNAME",
    "PATH",
    "SHELL",
    "USER",
    "__CF_USER_TEXT_ENCODING",
    "LANG",
    "LC_ALL",
    "TERM",
    "TMPDIR",
    "TZ",
  ],
  windows: [
    "PATH",
    "PATHEXT",
    "COMSPEC",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "USERNAME",
    "USERDOMAIN",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "PROGRAMW6432",
    "PROGRAMDATA",
    "LOCALAPPDATA",
    "APPDATA",
    "TEMP",
    "TMP",
    "POWERSHELL",
    "PWSH",
  ],
} as const;

/**
 * The whole environment of a server: the few variables that programs need to run, then those that the configuration
 * passes on by name, then those that it sets.
 */
export function serverEnvironment(
  { env, envVars }: Pick<StdioTransportConfig, "env" | "envVars">,
  parent: Environment,
  system: keyof typeof INHERITED,
): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const name of [...INHERITED[system], ...envVars]) {
    const value = parent[name];
    if (value !== undefined) inherited[name] = value;
  }
  return { ...inherited, ...env };
}
