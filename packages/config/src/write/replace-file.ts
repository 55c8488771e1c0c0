import { chmod, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError } from "../config-error.ts";
import { reasonOf } from "../reason.ts";

/** Files that we make ourselves are for their owner alone. */
const NEW_FILE_MODE = 0o600;

/**
 * Replaces a file in one step: readers see the old or the new text, whole. The mode stays, a link stays one.
 * @throws ConfigError `unwritable`; the old file is still there then.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const mode = await stat(target).then(
      (stats) => stats.mode & 0o777,
      () => NEW_FILE_MODE,
    );
    const draft = `${target}.${crypto.randomUUID()}`;
    try {
      const handle = await open(draft, "wx", NEW_FILE_MODE);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (mode !== NEW_FILE_MODE) await chmod(draft, mode);
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  } catch (cause) {
    throw new ConfigError({ kind: "unwritable", file: path, reason: reasonOf(cause) }, { cause });
  }
}
