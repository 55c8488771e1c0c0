// Fills the code cache: runs the bundled command as its users do and keeps what V8 compiled on the way.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAppServer } from "../rig/app-server.mjs";
import { createSurroundings, startModel } from "../rig/scripted-model.mjs";

const RUNNER = join(import.meta.dirname, "warm-up-run.cjs");
const DEADLINE_MS = 20_000;

/** A server as the scripted model calls it: the SDK for it is the largest thing that is loaded after the start. */
const MCP_PROGRAM = join(import.meta.dirname, "..", "rig", "mcp-server.mjs");
const WITH_MCP = ["command", "args"].flatMap((key) => {
  const value = key === "command" ? process.execPath : [MCP_PROGRAM, "10"];
  return ["-c", `mcp_servers.s07.${key}=${JSON.stringify(value)}`];
});

/**
 * Runs what is started most often, one after the other: each run adds to the cache of the one before.
 * @returns one line that says what came of it. A failure costs start-up time and never the build.
 */
export async function warmUp(dist) {
  if (Number.parseInt(process.versions.node, 10) >= 22) return "left to Node";
  const dir = await mkdtemp(join(tmpdir(), "heddle-warm-up-"));
  let incomplete = "";
  try {
    const model = await startModel(dir);
    try {
      const surroundings = await createSurroundings({ dir, baseUrl: model.baseUrl });
      const command = [process.execPath, RUNNER, dist];
      await runToEnd([...command, "--help"], surroundings);
      await runToEnd([...command, "exec", "--skip-git-repo-check", "bench command"], surroundings);
      await serveOnce([...command, "app-server"], surroundings, ["bench plain", "bench command"]);
      await serveOnce([...command, "app-server", ...WITH_MCP], surroundings, ["bench mcp"]);
    } finally {
      await model.close();
    }
  } catch (error) {
    incomplete = ` (incomplete: ${error.message})`;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  const sizes = await fileSizes(join(dist, "code-cache"));
  return `${sizes.length} files ${(sizes.reduce((sum, size) => sum + size, 0) / 1000).toFixed(0)} kB${incomplete}`;
}

async function serveOnce(argv, surroundings, prompts) {
  const server = startAppServer(argv, surroundings);
  const deadline = setTimeout(() => server.kill(), DEADLINE_MS);
  try {
    await server.initialize();
    const thread = await server.startThread();
    for (const prompt of prompts) await server.runTurn(thread, prompt);
  } finally {
    await server.close();
    clearTimeout(deadline);
  }
}

async function runToEnd([command, ...args], { env, cwd }) {
  const child = spawn(command, args, { env, cwd, stdio: ["ignore", "ignore", "pipe"], timeout: DEADLINE_MS });
  const stderr = [];
  child.stderr.on("data", (chunk) => stderr.push(chunk));
  const [code, signal] = await once(child, "close");
  if (code === 0) return;
  const lastLine = Buffer.concat(stderr).toString().trim().split("\n").at(-1);
  throw new Error(`${args.slice(2).join(" ")} ended with ${signal ?? code}: ${lastLine}`);
}

async function fileSizes(dir) {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  const stats = await Promise.all(names.map((name) => stat(join(dir, name))));
  return stats.filter((entry) => entry.isFile()).map((entry) => entry.size);
}
