import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ConfigError } from "../config-error.ts";
import { requireValid } from "../check-layers.ts";
import type { ConfigEdit } from "../edit/edit-config.ts";
import { editConfig } from "../edit/lazy.ts";
import { gatherLayers, userConfigPath, type LayerSources } from "../layers/read-layers.ts";
import { reasonOf } from "../reason.ts";
import { readToml } from "../toml/read-toml.ts";
import { withFileLock } from "./file-lock.ts";
import {
  planConfigWrite,
  type ConfigValueWrite,
  type ConfigWriteRefusal,
  type OverriddenMetadata,
} from "./plan-write.ts";
import { replaceFile } from "./replace-file.ts";

/** A batch of changes to the user's file. */
export interface ConfigWrite {
  readonly edits: readonly ConfigValueWrite[];
  /** The user's file, or the write is refused; absent for the user's file. */
  readonly filePath?: string | null;
  /** Of the user's layer; absent for any. */
  readonly expectedVersion?: string | null;
}

/** What came of a write. */
export type ConfigWriteOutcome =
  | {
      readonly ok: true;
      /** `okOverridden`: written, but another layer hides it. */
      readonly status: "ok" | "okOverridden";
      readonly version: string;
      /** Without links. */
      readonly filePath: string;
      readonly overriddenMetadata: OverriddenMetadata | null;
    }
  | ConfigWriteRefusal;

/**
 * Writes to the user's file: all edits or none, while no other process does. Nothing is written when nothing changes.
 * @throws ConfigError `unwritable`, and what reading the layers throws.
 */
export async function writeConfig(sources: LayerSources, write: ConfigWrite): Promise<ConfigWriteOutcome> {
  const file = userConfigPath(sources.home);
  const { filePath = null, expectedVersion = null, edits } = write;
  if (filePath !== null && (await canonical(filePath)) !== (await canonical(file))) {
    return { ok: false, code: "configLayerReadonly", message: "Only writes to the user config are allowed" };
  }
  return withHomeLock(sources.home, async () => {
    const plan = await planConfigWrite({ layers: await gatherLayers(sources), edits, expectedVersion });
    if (!plan.ok) return plan;
    if (plan.changed) await replaceFile(file, plan.text);
    const { version, overridden } = plan;
    const status = overridden === null ? "ok" : "okOverridden";
    return { ok: true, status, version, filePath: await canonical(file), overriddenMetadata: overridden };
  });
}

/**
 * Edits the user's file for Heddle's own purposes. A result that would not be valid is not written.
 * @returns whether anything changed.
 * @throws ConfigError of every kind but `home`.
 */
export async function updateUserConfig(home: string, edits: readonly ConfigEdit[]): Promise<boolean> {
  const file = userConfigPath(home);
  return withHomeLock(home, async () => {
    const layers = await gatherLayers({ home, env: {}, overrides: [], managedPaths: [], managedPreferences: null });
    const before = layers.find(({ name }) => name === "user")?.text ?? "";
    const text = await editConfig(before, edits, file);
    if (text === before) return false;
    await requireValid([{ name: "user", source: file, text, table: await readToml(text, file) }], { strict: false });
    await replaceFile(file, text);
    return true;
  });
}

async function withHomeLock<T>(home: string, work: () => Promise<T>): Promise<T> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ConfigError({ kind: "unwritable", file: home, reason: reasonOf(cause) }, { cause });
  }
  return withFileLock(userConfigPath(home), work);
}

/** The path without links, as far as it exists. */
async function canonical(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return join(folder, basename(path));
  }
}
