import { isWritable, writableRoots, type Environment, type SandboxPolicy, type WritableRoot } from "@heddle/sandbox";
import { lstatSync, readlinkSync, realpathSync, statfsSync } from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";

/** As many links as the system follows. */
const MAX_LINKS = 40;
/** The kind of file system that shows processes, wherever it is mounted: its links lead elsewhere when a process wants. */
const OF_PROCESSES = 0x9fa0;

/**
 * Whether our own search finds this file by its name, and no command can change where its path leads: whoever asks says
 * when the program starts, and may have changed by then whatever it can.
 */
export function isTrusted(
  file: string,
  { env, policy, sandboxCwd }: { env: Environment; policy: SandboxPolicy; sandboxCwd: string },
): boolean {
  if (!isAbsolute(file)) return false;
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const known = folders.map((folder) => realPath(join(folder, basename(file)))).find((path) => path !== null);
  return known !== undefined && fixedPath(file, writableRoots(policy, sandboxCwd, env)) === known;
}

/**
 * The real path, found as the system does it: `..` behind a link leaves what the link names. Null when there is none, and
 * when the way leads through anything that a command can write.
 */
function fixedPath(path: string, roots: readonly WritableRoot[]): string | null {
  const left = path.split("/");
  let real = "/";
  let links = 0;
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const next = join(real, name);
    if (isWritable(next, roots)) return null;
    const target = linkAt(next);
    if (target === null) {
      real = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS || fileSystemOf(real) === OF_PROCESSES) return null;
    left.unshift(...target.split("/"));
    if (isAbsolute(target)) real = "/";
  }
  return realPath(real) === real ? real : null;
}

/** What a link says; null when there is none. */
function linkAt(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null;
  }
}

function fileSystemOf(folder: string): number {
  try {
    return statfsSync(folder).type;
  } catch {
    return OF_PROCESSES; // nobody knows
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null; // not there, or out of reach
  }
}
