import type { Environment } from "./policy.ts";

/** Which variables a command gets: the table `[shell_environment_policy]`. Source: the configuration specification, 3.2. */
export interface EnvironmentPolicy {
  readonly inherit: "all" | "core" | "none";
  /** Keeps names that look like credentials (`*KEY*`, `*SECRET*`, `*TOKEN*`). */
  readonly ignoreDefaultExcludes: boolean;
  /** Patterns with `*` and `?`, case-insensitive, for whole names; so are those of `includeOnly`. */
  readonly exclude: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  /** When not empty, nothing else stays, not even what `set` has put in. */
  readonly includeOnly: readonly string[];
}

/** What is known about the run and shows in the variables that say so. */
export interface ChildSituation {
  /** Whether the policy of the turn has no network; also told to commands that run outside the sandbox. */
  readonly networkDisabled: boolean;
  readonly sandboxed: boolean;
  /** Whether the command gets a pseudo terminal: pagers and colours are turned off. */
  readonly pty?: boolean;
  readonly platform?: NodeJS.Platform;
}

const CORE_NAMES = new Set(["HOME", "LOGNAME", "PATH", "SHELL", "USER", "USERNAME", "TMPDIR", "TEMP", "TMP"]);
const CREDENTIAL_WORDS = ["KEY", "SECRET", "TOKEN"];
const PTY_VARIABLES = {
  NO_COLOR: "1",
  TERM: "dumb",
  LANG: "C.UTF-8",
  LC_CTYPE: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  COLORTERM: "",
  PAGER: "cat",
  GIT_PAGER: "cat",
};

/** The whole environment of a command; it gets exactly this map. */
export function childEnvironment(
  base: Environment,
  policy: EnvironmentPolicy,
  { networkDisabled, sandboxed, pty = false, platform = process.platform }: ChildSituation,
): Record<string, string> {
  const excluded = policy.exclude.map(wildcard);
  const included = policy.includeOnly.map(wildcard);
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(policy.inherit === "none" ? {} : base)) {
    if (value === undefined) continue;
    if (policy.inherit === "core" && !CORE_NAMES.has(name)) continue;
    if (!policy.ignoreDefaultExcludes && looksLikeCredential(name)) continue;
    if (excluded.some((pattern) => pattern.test(name))) continue;
    result[name] = value;
  }
  Object.assign(result, policy.set);
  if (included.length > 0) {
    for (const name of Object.keys(result)) {
      if (!included.some((pattern) => pattern.test(name))) delete result[name];
    }
  }
  if (pty) Object.assign(result, PTY_VARIABLES);
  if (networkDisabled) result["CODEX_SANDBOX_NETWORK_DISABLED"] = "1";
  if (sandboxed) result["CODEX_SANDBOX"] = platform === "darwin" ? "seatbelt" : "linux";
  return result;
}

function looksLikeCredential(name: string): boolean {
  const upper = name.toUpperCase();
  return CREDENTIAL_WORDS.some((word) => upper.includes(word));
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "is");
}
