import { dirname, resolve } from "node:path";
import { entryAt, isWithin, readSmallFile, realPathOf } from "../paths.ts";
import type { Environment } from "../policy.ts";
import type { View } from "./view.ts";

/** Where services of the machine and of the desktop listen. */
const SOCKET_FOLDERS = ["/run", "/var/run", "/tmp/.X11-unix"];

/**
 * What has to be hidden where commands may make AF_UNIX sockets: every place outside the roots where a service listens
 * that could do on a command's behalf what the command may not. Sockets below the roots stay reachable, but for
 * the user's ssh agent.
 */
export function socketsToHide(
  env: Environment,
  writable: readonly string[],
): Pick<View, "hiddenFolders" | "hiddenFiles"> {
  const agent = env["SSH_AUTH_SOCK"] ?? "";
  const runtime = env["XDG_RUNTIME_DIR"] ?? "";
  const folders = [...SOCKET_FOLDERS, ...(runtime === "" ? [] : [runtime]), ...(agent === "" ? [] : [dirname(agent)])];
  const hiddenFolders = new Set<string>();
  for (const folder of folders) {
    const path = realPathOf(resolve(folder));
    // The folder of an agent may be anything: one that holds a root stays, and its socket is hidden by itself.
    if (path !== null && !writable.some((root) => isWithin(root, path))) hiddenFolders.add(path);
  }
  const isHidden = (path: string): boolean => [...hiddenFolders].some((folder) => isWithin(path, folder));
  const hiddenFiles = new Set<string>();
  for (const socket of boundSockets()) {
    const path = realPathOf(socket);
    if (path === null || writable.some((root) => isWithin(path, root)) || isHidden(path)) continue;
    if (entryAt(path)?.isSocket() === true) hiddenFiles.add(path);
  }
  const agentPath = agent === "" ? null : realPathOf(agent);
  if (agentPath !== null && !isHidden(agentPath)) hiddenFiles.add(agentPath);
  return { hiddenFolders: [...hiddenFolders], hiddenFiles: [...hiddenFiles] };
}

/** Paths of all sockets that are bound to one on this machine, as far as the kernel shows them to us. */
function boundSockets(): string[] {
  const lines = (readSmallFile("/proc/net/unix") ?? "").split("\n").slice(1);
  return lines.map((line) => /^(?:\S+ +){7}(\/.*)$/.exec(line)?.[1] ?? "").filter((path) => path !== "");
}
