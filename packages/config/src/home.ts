import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./config-error.ts";
import { reasonOf } from "./reason.ts";

/** Environment variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The first one that is set and not empty names the home; it has to exist then. */
const HOME_VARIABLES = ["HEDDLE_HOME", "CODEX_HOME"];

/**
 * The folder of Heddle's own files, absolute: `HEDDLE_HOME`, else `CODEX_HOME`, else `.heddle` in the user's home,
 * which is made when something is first written to it. Source: configuration spec, section 1.
 * @param userHome the home directory of the user.
 * @throws ConfigError `home` when a variable names a folder that does not exist, or what should be the home is none.
 */
export function resolveHome(env: Environment, userHome: string): string {
  for (const variable of HOME_VARIABLES) {
    const folder = env[variable];
    if (folder) return canonicalFolder(folder, variable);
  }
  const home = join(userHome, ".heddle");
  if (isSomethingElse(home)) throw noHome(`${home} is no folder`, "move it away, or set HEDDLE_HOME");
  return home;
}

/** Files in Heddle's home that hold credentials. No command may read them, and no patch. */
export function credentialFiles(home: string): readonly string[] {
  const { client, observer } = serverTokenFiles(home);
  return [join(home, "auth.json"), join(home, ".credentials.json"), client, observer];
}

/** Files in Heddle's home with what lets clients connect to a server on a port. */
export function serverTokenFiles(home: string): { readonly client: string; readonly observer: string } {
  return { client: join(home, ".app-server-token"), observer: join(home, ".app-server-observer-token") };
}

function canonicalFolder(folder: string, variable: string): string {
  const remedy = `create the folder or unset ${variable}`;
  let path: string;
  try {
    path = realpathSync(folder);
  } catch (cause) {
    throw noHome(reasonOf(cause), remedy, cause);
  }
  if (isSomethingElse(path)) throw noHome(`${path} is no folder`, remedy);
  return path;
}

/** Whether there is something that is no folder; what cannot be looked at is told when it is used. */
function isSomethingElse(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function noHome(reason: string, remedy: string, cause?: unknown): ConfigError {
  return new ConfigError({ kind: "home", reason: `Error finding codex home: ${reason}; ${remedy}` }, { cause });
}
