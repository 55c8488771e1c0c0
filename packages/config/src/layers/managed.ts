import { join } from "node:path";
import type { Environment } from "../home.ts";

/**
 * Where the managed file may be: the first that exists is used. The variables name one file that takes the place of
 * all others. Source: configuration spec, section 2.
 */
export function managedConfigPaths(options: {
  readonly env: Environment;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}): readonly string[] {
  const { env, home, platform } = options;
  const named = env["HEDDLE_MANAGED_CONFIG_PATH"] || env["CODEX_MANAGED_CONFIG_PATH"];
  if (named) return [named];
  if (platform === "win32") return [join(home, "managed_config.toml")];
  return ["/etc/heddle/managed_config.toml", "/etc/codex/managed_config.toml"];
}
