// What is measured: a command with a home, a working directory and a configuration of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "../build/bundle.mjs";

const repository = join(import.meta.dirname, "..", "..");

/** Starts the scripted model, which is that of the tests; `dir` takes its bundle. `close()` ends it. */
export async function startModel(dir) {
  const input = { model: join(import.meta.dirname, "model-process.mjs") };
  const [entry] = await bundle({ input, dir: join(dir, "model"), format: "es", extension: "mjs" });
  const child = spawn(process.execPath, [join(dir, "model", entry.fileName)], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const close = async () => {
    child.stdin.end();
    await once(child, "close");
  };
  return { baseUrl: line.toString().trim(), close };
}

/** The built command of this repository. */
export function heddleTarget(options) {
  return createTarget(
    "heddle",
    [process.execPath, join(repository, "packages/cli/bin/heddle.cjs"), "app-server"],
    options,
  );
}

/** Another app server, from the command line that starts it: `PATH app-server`. */
export function peerTarget(commandLine, options) {
  return createTarget("peer", commandLine.trim().split(/\s+/), options);
}

async function createTarget(name, appServer, { dir, baseUrl }) {
  const home = join(dir, `${name}-home`);
  const cwd = join(dir, `${name}-cwd`);
  await mkdir(home);
  await mkdir(cwd);
  await writeFile(join(home, "config.toml"), configuration(baseUrl));
  // An extra CA file is read at every start of Node 20: 35 ms that have nothing to do with what is measured.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const base = appServer.at(-1) === "app-server" ? appServer.slice(0, -1) : appServer;
  return { name, appServer, base, cwd, env: { ...env, HEDDLE_HOME: home, CODEX_HOME: home } };
}

function configuration(baseUrl) {
  return `model = "gpt-5.1-codex"
model_provider = "bench"
approval_policy = "never"
sandbox_mode = "workspace-write"

[model_providers.bench]
name = "bench"
base_url = "${baseUrl}"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`;
}
