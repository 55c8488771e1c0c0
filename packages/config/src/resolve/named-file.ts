import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ConfigError } from "../config-error.ts";
import { reasonOf } from "../reason.ts";

/**
 * The trimmed text of a file that a key names, relative to the working directory; null without a file.
 * @param options.what names the file's purpose in errors: `experimental instructions file`.
 * @throws ConfigError `file` when it cannot be read or is blank.
 */
export async function readNamedFile(
  file: string | undefined,
  { cwd, what, key }: { readonly cwd: string; readonly what: string; readonly key: string },
): Promise<string | null> {
  if (file === undefined) return null;
  const path = resolve(cwd, file);
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new ConfigError(
      { kind: "file", key, reason: `failed to read ${what} ${path}: ${reasonOf(cause)}` },
      { cause },
    );
  }
  const trimmed = text.trim();
  if (trimmed === "") throw new ConfigError({ kind: "file", key, reason: `${what} is empty: ${path}` });
  return trimmed;
}
