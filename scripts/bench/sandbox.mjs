// What the sandbox adds to a command: the package itself, in this process, with a plain spawn beside it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { median, timed } from "./measures.mjs";
import { loadPackage, PACKAGES } from "./package.mjs";

const POLICY = {
  type: "workspace-write",
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: true,
  excludeSlashTmp: true,
};
const ENV = { PATH: "/usr/bin:/bin" };

/** A rung that this machine does not have gives no figure. A peer has no part in it: null. */
export async function measureSandbox(target, { sandboxed, dir }) {
  if (target.name !== "heddle") return {};
  const { createExpiration, createSandbox } = await loadPackage("sandbox", dir);
  const helperFolder = join(PACKAGES, "sandbox", "helper");
  const open = (name, options) =>
    createSandbox({ env: ENV, stateDir: join(dir, "sandboxes", name), helperFolder, ...options });
  const bubblewrap = open("bubblewrap", {});
  const helper = open("helper", { bubblewrapPath: null });
  try {
    const ways = [{ name: "plain", run: () => plainSpawn(target.cwd) }];
    for (const [name, sandbox] of Object.entries({ bubblewrap, helper })) {
      if ((await sandbox.probe()).rung === name)
        ways.push({ name, run: () => sandboxedSpawn(sandbox, target.cwd, createExpiration({})) });
    }
    const { plain, ...rungs } = await inTurn(ways, sandboxed);
    const added = Object.entries(rungs).map(([name, wall]) => [`${name}Added`, wall - plain]);
    return { plainSpawn: plain, ...Object.fromEntries(added) };
  } finally {
    await Promise.all([bubblewrap.close(), helper.close()]);
  }
}

/** The median of each, all of them one after the other in each round, so that they see the machine in the same state. */
async function inTurn(ways, rounds) {
  const times = Object.fromEntries(ways.map(({ name }) => [name, []]));
  for (let round = -Math.ceil(rounds / 10); round < rounds; round += 1) {
    for (const { name, run } of ways) {
      const ms = await timed(run);
      if (round >= 0) times[name].push(ms); // the others have warmed it
    }
  }
  return Object.fromEntries(ways.map(({ name }) => [name, median(times[name])]));
}

function plainSpawn(cwd) {
  const child = spawn("/bin/true", [], { cwd, env: ENV, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
    child.stdout.resume();
    child.stderr.resume();
  });
}

async function sandboxedSpawn(sandbox, cwd, expiration) {
  const command = { argv: ["/bin/true"], cwd, env: ENV, policy: POLICY, sandboxCwd: cwd };
  const child = await sandbox.spawn(command, expiration);
  const { exitCode, aggregated } = await child.exit;
  if (exitCode !== 0) throw new Error(`true ended with ${exitCode} in the sandbox: ${aggregated}`);
}
