import { constants } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ImportPart } from "./parts.ts";

/** What came of one file. `same` and `kept`: there was one already, with the same or with another content. */
export interface CopiedFile {
  /** Below both homes. */
  readonly path: string;
  readonly outcome: "copied" | "same" | "kept";
}

/** A file that could not be read or written; the others are copied all the same. */
export interface FailedFile {
  readonly path: string;
  readonly outcome: "failed";
  readonly reason: string;
}

export type ImportedFile = CopiedFile | FailedFile;

/** Where files come from and go to, absolute. With `dryRun` nothing is written. */
export interface CopyOrder {
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
}

/** Copies a part file by file. Nothing that is there is overwritten, links are not followed, the source is only read. */
export async function copyPart({ path, takes = () => true }: ImportPart, order: CopyOrder): Promise<ImportedFile[]> {
  const files = await filesBelow(order.from, path);
  const wanted = files.filter((file) => file === path || takes(file.slice(path.length + 1)));
  const outcomes: ImportedFile[] = [];
  for (const file of wanted) {
    try {
      outcomes.push({ path: file, outcome: await copyOne(file, order) });
    } catch (error) {
      outcomes.push({ path: file, outcome: "failed", reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return outcomes;
}

/** Regular files at or below a path, sorted, as paths below the home. */
async function filesBelow(home: string, path: string): Promise<readonly string[]> {
  const at = join(home, path);
  const entries = await readdir(at, { withFileTypes: true, recursive: true }).catch(() => null);
  if (entries === null) {
    const state = await stat(at).catch(() => null);
    return state?.isFile() === true ? [path] : [];
  }
  const below = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return below.map((file) => file.slice(home.length + 1)).toSorted();
}

async function copyOne(path: string, { from, to, dryRun }: CopyOrder): Promise<CopiedFile["outcome"]> {
  const [source, target] = [join(from, path), join(to, path)];
  const state = await stat(target).catch(() => null);
  if (state !== null) return (await sameContent(source, target)) ? "same" : "kept";
  if (dryRun) return "copied";
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await copyFile(source, target, constants.COPYFILE_EXCL);
  await chmod(target, 0o600 | (await executableBits(source)));
  return "copied";
}

/** Programs of a skill stay programs, for their owner. */
async function executableBits(path: string): Promise<number> {
  return (await stat(path)).mode & 0o100;
}

async function sameContent(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([readFile(a), readFile(b)]);
  return left.equals(right);
}
