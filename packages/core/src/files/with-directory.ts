import { constants } from "node:fs";
import { open, readlink, realpath } from "node:fs/promises";

/**
 * Runs `use` with the real path of a directory and a path that leads into this very directory. On Linux that is the open
 * directory itself (`/proc/self/fd/N`): whoever replaces it, or one above it, by a link between check and use changes
 * nothing. Elsewhere it is the real path, and what remains is the moment between the two.
 */
export async function withDirectory<Result>(
  directory: string,
  use: (real: string, at: string) => Promise<Result>,
): Promise<Result> {
  if (process.platform !== "linux") {
    const real = await realpath(directory);
    return use(real, real);
  }
  await using handle = await open(directory, O_PATH | constants.O_DIRECTORY);
  const at = `/proc/self/fd/${handle.fd}`;
  return await use(await readlink(at), at);
}

/** Opens a place and not its content, so that no right to read is needed. Linux; `node:fs` has no constant for it. */
const O_PATH = 0o10000000;
