import { createHash } from "node:crypto";
import { closeSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../process/program.ts";
import { filterArch } from "../seccomp/filter.ts";
import { reopenForReading, unnamedFileWith } from "../unnamed-file.ts";
import { CHECKSUMS } from "./checksums.ts";

/** The helper as an open file that nobody can change any more, or why there is none. */
type FoundHelper = { readonly descriptor: number } | { readonly cause: string };

/**
 * The folder with the helpers that belong to this code: beside its bundle, in this package, or in the package of this name
 * beside that of the bundle. Null when there is none.
 */
export function ownHelperFolder(): string | null {
  const here = import.meta.dirname;
  const candidates = [
    join(here, "helper"),
    join(here, "..", "..", "helper"),
    join(here, "..", "..", "sandbox", "helper"),
  ];
  return candidates.find((folder) => existsSync(join(folder, "linux-x64", "heddle-sandbox-exec"))) ?? null;
}

/**
 * Reads the helper for this processor below `folder`, checks that it is the one that belongs to this version, and keeps a
 * copy without a name in `stateDir`: the file itself may lie where commands can write. The caller closes the descriptor.
 */
export function openHelper(folder: string, stateDir: string): FoundHelper {
  const arch = filterArch(process.arch);
  if (arch === null) return { cause: `there is no helper for ${process.arch}` };
  const path = join(folder, `linux-${arch}`, "heddle-sandbox-exec");
  let writable: number | null = null;
  try {
    const bytes = readFileSync(path);
    if (createHash("sha256").update(bytes).digest("hex") !== CHECKSUMS[arch]) {
      return { cause: `${path} is not the helper of this version (its SHA-256 differs)` };
    }
    writable = unnamedFileWith(stateDir, bytes, { mode: 0o700 });
    return { descriptor: reopenForReading(writable) };
  } catch (error) {
    return { cause: `the helper ${path} cannot be used (${errorCode(error)})` };
  } finally {
    // What is open for writing cannot be run.
    if (writable !== null) closeSync(writable);
  }
}
