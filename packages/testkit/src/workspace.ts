import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What a test finds in its workspace. Files are given by relative path. */
export interface WorkspaceContent {
  /** Files of the folder that the thread works in. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files of Heddle's home, `config.toml` for example. */
  readonly homeFiles?: Readonly<Record<string, string>>;
}

/** The surroundings of one test: folders of its own, and an environment that knows nothing of the person's. */
export interface Workspace extends AsyncDisposable {
  /** The folder that holds the others; also the `HOME` of processes. Absolute and resolved, as all of them. */
  readonly base: string;
  /** Heddle's home. */
  readonly home: string;
  /** Where the work is done. */
  readonly cwd: string;
  readonly tmp: string;
  /** The whole environment of a process that works here. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes files below a folder, by relative path. */
  write(folder: string, files: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * Makes the surroundings of a test; they are removed when it ends. They lie in `/var/tmp`: `/tmp` is writable under every
 * workspace-write policy, so that nothing in it tells whether a sandbox held, and a home may lie in it.
 */
export async function createWorkspace({ files = {}, homeFiles = {} }: WorkspaceContent = {}): Promise<Workspace> {
  const base = await realpath(await mkdtemp("/var/tmp/heddle-test-"));
  const [home, cwd, tmp] = [join(base, "home"), join(base, "ws"), join(base, "tmp")];
  for (const folder of [home, cwd, tmp]) await mkdir(folder);
  await writeFiles(cwd, files);
  await writeFiles(home, homeFiles);
  return {
    base,
    home,
    cwd,
    tmp,
    env: { PATH: process.env["PATH"] ?? "", HOME: base, TMPDIR: tmp, HEDDLE_HOME: home, SHELL: "/bin/bash" },
    write: writeFiles,
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}

/**
 * A `config.toml` whose only provider is a scripted model. `settings` stands in front of the provider; `provider` are
 * further lines of it, by default those that switch retries off.
 */
export function scriptedConfig({
  baseUrl,
  settings = "",
  provider = "request_max_retries = 0\nstream_max_retries = 0",
}: {
  readonly baseUrl: string;
  readonly settings?: string | undefined;
  readonly provider?: string | undefined;
}): string {
  return `model = "gpt-5.1-codex"
model_provider = "scripted"
${settings}
[model_providers.scripted]
name = "scripted"
base_url = "${baseUrl}"
wire_api = "responses"
${provider}
`;
}

async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
