import { readFileSync } from "node:fs";
import { arch, release, type } from "node:os";

/** What the identity string is made of. */
export interface UserAgentParts {
  /** Who speaks, for example `codex_cli_rs`. */
  readonly originator: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The client that is connected, when there is one. */
  readonly client: { readonly name: string; readonly version: string } | null;
}

/**
 * `<originator>/<version> (<os> <version>; <arch>) <terminal> (<client>; <client version>)`: the `userAgent` of the
 * answer to `initialize` and the header of model requests. Source: app-server spec, section 2.
 */
export function userAgent({ originator, version, env, client }: UserAgentParts): string {
  const suffix = client === null ? "" : ` (${client.name}; ${client.version})`;
  const text = `${originator}/${version} (${operatingSystem()}; ${machine()}) ${terminal(env)}${suffix}`;
  return text.replace(/[^\x20-\x7e]/g, "_"); // a header takes no other characters
}

/** Who Heddle says it is, unless the environment names somebody else. */
export function originatorOf(env: Readonly<Record<string, string | undefined>>, usual: string): string {
  return env["CODEX_INTERNAL_ORIGINATOR_OVERRIDE"] || usual;
}

function operatingSystem(): string {
  if (process.platform !== "linux") return `${type()} ${release()}`;
  try {
    const text = readFileSync("/etc/os-release", "utf8");
    const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
    const name = field("NAME").split(" ")[0] ?? "";
    if (name === "") return `Linux ${release()}`;
    const version = field("VERSION_ID");
    return `${name} ${version === "" ? release() : version.includes(".") ? version : `${version}.0.0`}`;
  } catch {
    return `Linux ${release()}`;
  }
}

function machine(): string {
  return arch() === "x64" ? "x86_64" : arch() === "arm64" && process.platform === "linux" ? "aarch64" : arch();
}

function terminal(env: UserAgentParts["env"]): string {
  return rawTerminal(env).replace(/[^A-Za-z0-9\-_./]/g, "_");
}

/** Terminals that do not name themselves are known by a variable of their own. */
const MARKS: readonly (readonly [variable: string, name: string])[] = [
  ["WEZTERM_VERSION", "WezTerm"],
  ["KITTY_WINDOW_ID", "kitty"],
  ["ALACRITTY_SOCKET", "Alacritty"],
  ["KONSOLE_VERSION", "Konsole"],
  ["GNOME_TERMINAL_SCREEN", "gnome-terminal"],
  ["VTE_VERSION", "VTE"],
  ["WT_SESSION", "WindowsTerminal"],
];

function rawTerminal(env: UserAgentParts["env"]): string {
  const program = env["TERM_PROGRAM"];
  const programVersion = env["TERM_PROGRAM_VERSION"];
  if (program) return programVersion ? `${program}/${programVersion}` : program;
  for (const [variable, name] of MARKS) if (env[variable]) return name;
  return env["TERM"] || "unknown";
}
