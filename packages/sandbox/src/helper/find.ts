import { createHash } from "node:crypto";
import { accessSync, closeSync, constants, existsSync, readFileSync } from "node:fs";
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

/** The bytes of the helper for this processor, or why they cannot be used. */
type ReadHelper = { readonly bytes: Buffer } | { readonly cause: string };

/** Reads the helper for this processor below `folder`, and checks that it is the one that belongs to this version. */
export function readHelper(folder: string): ReadHelper {
  const arch = filterArch(process.arch);
  if (arch === null) return { cause: `there is no helper for ${process.arch}` };
  const path = join(folder, `linux-${arch}`, "heddle-sandbox-exec");
  try {
    const bytes = readFileSync(path);
    if (createHash("sha256").update(bytes).digest("hex") === CHECKSUMS[arch]) return { bytes };
    return { cause: `${path} is not the helper of this version (its SHA-256 differs)` };
  } catch (error) {
    return { cause: `the helper ${path} cannot be used (${errorCode(error)})` };
  }
}

/** Where else a copy may lie when nothing may be run from the folder of our own files. */
const OTHER_FOLDERS = ["/tmp", "/dev/shm"];

/**
 * Keeps a copy of the helper without a name in `stateDir`, or elsewhere when files there cannot be run: the file itself may
 * lie where commands can write. The caller closes the descriptor.
 */
export function openHelper(folder: string, stateDir: string): FoundHelper {
  const helper = readHelper(folder);
  if ("cause" in helper) return helper;
  let cause = "";
  for (const place of [stateDir, ...OTHER_FOLDERS]) {
    const copied = copyInto(place, helper.bytes);
    if ("descriptor" in copied) return copied;
    cause ||= copied.cause;
  }
  return { cause };
}

function copyInto(folder: string, bytes: Buffer): FoundHelper {
  let writable: number | null = null;
  try {
    writable = unnamedFileWith(folder, bytes, { mode: 0o700 });
    const descriptor = reopenForReading(writable);
    if (canBeRun(descriptor)) return { descriptor };
    closeSync(descriptor);
    return { cause: `files in ${folder} cannot be run (it is mounted with noexec)` };
  } catch (error) {
    return { cause: `no copy of the helper can be kept in ${folder} (${errorCode(error)})` };
  } finally {
    // What is open for writing cannot be run.
    if (writable !== null) closeSync(writable);
  }
}

function canBeRun(descriptor: number): boolean {
  try {
    accessSync(`/proc/self/fd/${descriptor}`, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
