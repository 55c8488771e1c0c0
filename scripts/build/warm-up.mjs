// Fills the code cache: runs the bundled command as its users do and keeps what V8 compiled on the way.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RUNNER = join(import.meta.dirname, "warm-up-run.cjs");
const DEADLINE_MS = 20_000;

/**
 * Runs every command of `runs` once; each run adds to the cache of the one before.
 * @returns one line that says what came of it. A run that fails costs start-up time and never the build.
 */
export async function warmUp(dist, runs) {
  if ("compileCache" in process.features || Number.parseInt(process.versions.node, 10) >= 22) return "left to Node";
  const home = await mkdtemp(join(tmpdir(), "heddle-warm-up-"));
  const failures = [];
  try {
    for (const run of runs) {
      const failure = await runOnce(dist, home, run);
      if (failure !== null) failures.push(`${run.args.join(" ")}: ${failure}`);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  const files = await cacheFiles(join(dist, "code-cache"));
  const bytes = files.reduce((sum, size) => sum + size, 0);
  const summary = `${files.length} files ${(bytes / 1000).toFixed(0)} kB`;
  return failures.length === 0 ? summary : `${summary} (incomplete: ${failures.join("; ")})`;
}

/** @returns null, or why the run counts as failed. */
function runOnce(dist, home, { args, input = "", cwd = home }) {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const child = spawn(process.execPath, [RUNNER, dist, ...args], {
    cwd,
    env: { ...env, HEDDLE_HOME: home },
    stdio: ["pipe", "ignore", "pipe"],
    timeout: DEADLINE_MS,
  });
  const stderr = [];
  child.stderr.on("data", (chunk) => stderr.push(chunk));
  child.stdin.on("error", () => {}); // the run may end before it has read everything
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(null);
      else resolve(`${signal ?? `exit code ${code}`} ${Buffer.concat(stderr).toString().trim().split("\n").at(-1)}`);
    });
  });
}

async function cacheFiles(dir) {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  const stats = await Promise.all(names.map((name) => stat(join(dir, name))));
  return stats.filter((entry) => entry.isFile()).map((entry) => entry.size);
}
