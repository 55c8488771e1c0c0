import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownHelperFolder, readHelper } from "../helper/find.ts";
import { SandboxError } from "../sandbox-error.ts";

/** Under this name the helper is the wrapper; see `helper/exec-wrapper.h`. */
const NAME = "codex-execve-wrapper";

/**
 * Puts the wrapper into `folder`, which commands have to be able to read and must not be able to write, unless it is there.
 * @returns its path.
 * @throws SandboxError `unavailable` where there is no helper.
 */
export function installExecWrapper(folder: string): string {
  const helpers = ownHelperFolder();
  const helper = helpers === null ? { cause: "the sandbox helper is missing" } : readHelper(helpers);
  if ("cause" in helper) {
    throw new SandboxError({ kind: "unavailable", cause: helper.cause, remedy: "install Heddle anew" });
  }
  const path = join(folder, NAME);
  if (isThere(path, helper.bytes)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // In one step, for another process may run the one that is there.
  const staged = join(folder, `.${randomUUID()}.new`);
  try {
    writeFileSync(staged, helper.bytes, { flag: "wx" });
    chmodSync(staged, 0o755);
    renameSync(staged, path);
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  }
  return path;
}

function isThere(path: string, bytes: Buffer): boolean {
  try {
    return readFileSync(path).equals(bytes) && (statSync(path).mode & 0o777) === 0o755;
  } catch {
    return false; // missing or unreadable: made anew
  }
}
