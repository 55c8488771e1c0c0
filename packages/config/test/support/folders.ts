import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  ConfigError,
  loadConfig,
  type ConfigFailure,
  type ConfigSources,
  type ResolvedConfig,
} from "../../src/index.ts";

const folders: string[] = [];

/** A new folder with these files, removed by `removeFolders`. */
export async function temporaryFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "heddle-config-")));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

export async function removeFolders(): Promise<void> {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

/** Loads with `config.toml` as the user's file and without any managed file of this machine. */
export async function load(toml: string, sources: Partial<ConfigSources> = {}): Promise<ResolvedConfig> {
  const home = sources.home ?? (await temporaryFolder({ "config.toml": toml }));
  return loadConfig({
    home,
    cwd: home,
    env: {},
    overrides: [],
    managedPaths: [],
    managedPreferences: null,
    ...sources,
  });
}

/** Why something was refused. */
export async function failureOf(attempt: Promise<unknown>): Promise<ConfigFailure> {
  const error: unknown = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${String(error)}`);
  return error.failure;
}
