// What is measured: a command with surroundings of its own.
import { join } from "node:path";
import { createSurroundings } from "../rig/scripted-model.mjs";

const repository = join(import.meta.dirname, "..", "..");

/** The built command of this repository. */
export function heddleTarget(options) {
  const command = join(repository, "packages/cli/bin/heddle.cjs");
  return createTarget("heddle", [process.execPath, command, "app-server"], options);
}

/** Another app server, from the command line that starts it: `PATH app-server`. */
export function peerTarget(commandLine, options) {
  return createTarget("peer", commandLine.trim().split(/\s+/), options);
}

async function createTarget(name, appServer, { dir, ...model }) {
  const surroundings = await createSurroundings({ dir: join(dir, name), ...model });
  const base = appServer.at(-1) === "app-server" ? appServer.slice(0, -1) : appServer;
  return { name, appServer, base, ...surroundings };
}
