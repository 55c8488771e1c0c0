import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ConfigError } from "./config-error.ts";
import { hasCode, reasonOf } from "./reason.ts";

/**
 * The variables of the home's `.env`, for those that the process does not have itself. Names that begin with `CODEX_`
 * or `HEDDLE_` are left out: they would change where Heddle looks and what binds it. Empty without a file.
 * Source: configuration spec, section 1.
 * @throws ConfigError `unreadable`.
 */
export function readDotEnv(home: string): Readonly<Record<string, string>> {
  const file = join(home, ".env");
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (hasCode(cause, "ENOENT") || hasCode(cause, "ENOTDIR")) return {};
    throw new ConfigError({ kind: "unreadable", file, reason: reasonOf(cause) }, { cause });
  }
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(text))) {
    if (value !== undefined && !/^(?:CODEX|HEDDLE)_/i.test(name)) variables[name] = value;
  }
  return variables;
}
