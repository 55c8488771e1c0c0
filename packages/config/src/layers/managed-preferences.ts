import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ConfigError } from "../config-error.ts";
import { hasCode, reasonOf } from "../reason.ts";
import { readToml } from "../toml/read-toml.ts";
import type { Layer } from "./layer.ts";

/** Where macOS keeps the preferences that a device management server sets, and the program that reads them. */
export interface PreferencesSource {
  /** The more specific one first. */
  readonly folders: readonly string[];
  readonly program: string;
}

/** Ours first, then the reference's. */
const APPLICATIONS = ["dev.heddle", "com.openai.codex"];
const KEY = "config_toml_base64";

/** The places of this machine, null where there are no managed preferences. */
export function systemPreferences(platform: NodeJS.Platform): PreferencesSource | null {
  if (platform !== "darwin") return null;
  const folder = "/Library/Managed Preferences";
  return { folders: [join(folder, userInfo().username), folder], program: "/usr/bin/defaults" };
}

/**
 * The layer that a device management server sets: a TOML document in base64. Null where there is none; the program is
 * started only when a file of preferences is there. Source: configuration spec, section 2.
 * @throws ConfigError `unreadable`, `syntax`: what is there and cannot be understood is not taken for none.
 */
export async function readManagedPreferences({ folders, program }: PreferencesSource): Promise<Layer | null> {
  for (const application of APPLICATIONS) {
    for (const folder of folders) {
      const domain = join(folder, application);
      if (!(await exists(`${domain}.plist`))) continue;
      const value = await readPreference(program, domain);
      if (value !== null) return decodeLayer(value, `${application}/${KEY}`);
    }
  }
  return null;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (cause) {
    if (hasCode(cause, "ENOENT") || hasCode(cause, "ENOTDIR")) return false;
    throw new ConfigError({ kind: "unreadable", file: path, reason: reasonOf(cause) }, { cause });
  }
}

/** @returns null when the preferences do not have the key: the program ends with 1 then. */
async function readPreference(program: string, domain: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, ["read", domain, KEY]);
    return stdout;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === 1) return null;
    throw new ConfigError({ kind: "unreadable", file: `${domain}.plist`, reason: reasonOf(cause) }, { cause });
  }
}

async function decodeLayer(value: string, source: string): Promise<Layer> {
  const base64 = value.replace(/\s+/g, "");
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64);
  if (!isBase64) throw new ConfigError({ kind: "unreadable", file: source, reason: "not base64" });
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(base64, "base64"));
  } catch (cause) {
    throw new ConfigError({ kind: "unreadable", file: source, reason: "not UTF-8" }, { cause });
  }
  return { name: "mdm", source, table: await readToml(text, source), text };
}
