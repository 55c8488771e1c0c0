import { readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { isAbsolute } from "node:path";

/** What a run of the command takes from its process: the one place where it is read. */
export interface ProcessContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly userHome: string;
  readonly passwdShell: string | null;
  readonly version: string;
}

/**
 * Reads the process.
 * @throws Error when its working directory has been removed.
 */
export function readProcess(): ProcessContext {
  return {
    env: process.env,
    cwd: readCwd(),
    userHome: readUserHome(),
    passwdShell: readPasswdShell(),
    version: readVersion(),
  };
}

function readCwd(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new Error("the working directory is not there any more; change to one that exists", { cause });
  }
}

/**
 * The user's folder, absolute. An empty or relative `HOME` does not count: our configuration would then be looked for
 * in the repository that we stand in, which may be anybody's.
 */
function readUserHome(): string {
  for (const read of [homedir, () => userInfo().homedir]) {
    try {
      const folder = read();
      if (isAbsolute(folder)) return folder;
    } catch {
      // A uid without a passwd entry, as in many containers.
    }
  }
  return "/";
}

function readPasswdShell(): string | null {
  try {
    return userInfo().shell;
  } catch {
    return null; // a uid without a passwd entry, as in many containers
  }
}

declare const __HEDDLE_VERSION__: string | undefined;

/** The version is put in by the bundler; from source it is read from the package. */
function readVersion(): string {
  if (typeof __HEDDLE_VERSION__ === "string") return __HEDDLE_VERSION__;
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  return "0.0.0";
}
