import { parsePolicy, PolicyError, type Policy, type RuleFile } from "@heddle/execpolicy";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

/** Why the rule files of a command line cannot be used; none of them is, then. */
class RuleFileError extends Error {
  override readonly name = "RuleFileError";
}

/**
 * Reads the rule files that a command line names, in its order, as one policy.
 * @param cwd where relative paths start, absolute.
 * @throws RuleFileError with the file as it was named, the place in it and the reason.
 */
export async function readNamedPolicy(paths: readonly string[], cwd: string): Promise<Policy> {
  const files: RuleFile[] = [];
  for (const path of paths) files.push({ path, text: await readText(path, cwd) });
  try {
    return parsePolicy(files);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    const { path, line, column, reason } = cause.failure;
    const text = `failed to parse policy at ${path}: starlark error: error: ${reason}\n --> ${path}:${line}:${column}`;
    throw new RuleFileError(text, { cause });
  }
}

async function readText(path: string, cwd: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(resolve(cwd, path)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RuleFileError(`failed to read policy at ${path}: ${reason}`, { cause });
  }
}
