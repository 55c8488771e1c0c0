import { realpathSync } from "node:fs";
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
 * @throws ConfigError `home` when a variable names a folder that does not exist.
 */
export function resolveHome(env: Environment, userHome: string): string {
  for (const variable of HOME_VARIABLES) {
    const folder = env[variable];
    if (folder) return canonicalFolder(folder, variable);
  }
  return join(userHome, ".heddle");
}

/** Files in Heddle's home that hold credentials. No command may read them, and no patch. */
export function credentialFiles(home: string): readonly string[] {
  return [join(home, "auth.json"), join(home, ".credentials.json")];
}

function canonicalFolder(folder: string, variable: string): string {
  try {
    return realpathSync(folder);
  } catch (cause) {
    const reason = `Error finding codex home: ${reasonOf(cause)}; create the folder or unset ${variable}`;
    throw new ConfigError({ kind: "home", reason }, { cause });
  }
}
