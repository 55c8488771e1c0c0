// Starts the scripted model of the tests as a process of its own, for the benchmark and for the warm-up of the build.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, writeChunks } from "../build/bundle.mjs";

/** @param dir takes the bundle of the model. @param program the model, a file of this folder. `close()` ends it. */
export async function startModel(dir, program = "model-process.mjs") {
  const input = { model: join(import.meta.dirname, program) };
  const chunks = await bundle({ input, format: "es", extension: "mjs" });
  await writeChunks(chunks, join(dir, "model"));
  const [entry] = chunks;
  const child = spawn(process.execPath, [join(dir, "model", entry.fileName)], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const close = async () => {
    child.stdin.end();
    await once(child, "close");
  };
  return { baseUrl: line.toString().trim(), close };
}

/**
 * Makes a home whose configuration names the model, and a working directory.
 * @returns how to start a command there: its `cwd` and its `env`, without what would disturb a measurement.
 */
export async function createSurroundings({ dir, baseUrl, provider = NO_RETRIES }) {
  const home = join(dir, "home");
  const cwd = join(dir, "cwd");
  await mkdir(home, { recursive: true });
  await mkdir(cwd);
  await writeFile(join(home, "config.toml"), configuration(baseUrl, provider));
  // An extra CA file is read at every start of Node 20: 35 ms that have nothing to do with what is measured.
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return { cwd, env: { ...env, HEDDLE_HOME: home, CODEX_HOME: home } };
}

const NO_RETRIES = "request_max_retries = 0\nstream_max_retries = 0";

function configuration(baseUrl, provider) {
  return `model = "gpt-5.1-codex"
model_provider = "bench"
approval_policy = "never"
sandbox_mode = "workspace-write"

[model_providers.bench]
name = "bench"
base_url = "${baseUrl}"
wire_api = "responses"
${provider}
`;
}
