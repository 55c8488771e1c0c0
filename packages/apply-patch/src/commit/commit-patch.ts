import { PatchError } from "../error.ts";
import type { FileFailure, PatchPath } from "../failure.ts";
import type { FilePort } from "../file-port.ts";
import { readOsError } from "../os-error.ts";
import { directoriesAbove, directoryOf, isBelow } from "../path.ts";
import type { FileBefore, PatchPlan, PlannedRemoval, PlannedWrite } from "../plan/plan.ts";
import { createJournal, type Journal } from "./journal.ts";
import { checkUnchanged } from "./unchanged.ts";

/**
 * Does what a plan says: all of it, or nothing. New contents are first staged beside their targets, then each file is
 * replaced by a rename, then names are removed; when a step fails, the steps before it are undone in reverse from
 * backups. A file with several names, or in a directory where nothing can be created, is written in place.
 * Source: apply_patch spec, section 5.
 * @throws PatchError with phase `commit`; `unrestored` names what could not be put back.
 */
export async function commitPatch(plan: PatchPlan, files: FilePort): Promise<void> {
  await checkUnchanged(plan, files);
  const journal = createJournal(files);
  try {
    await write({ plan, files, journal });
  } catch (error) {
    const unrestored = await journal.rollBack();
    if (!(error instanceof StepError)) throw error;
    const { kind, path, cause } = error;
    const failure: FileFailure = { kind, path, ...readOsError(cause), unrestored };
    throw new PatchError(failure, { phase: "commit", cause });
  }
  await journal.cleanUp();
}

type OldFile = Extract<FileBefore, { type: "file" }>;

interface Commit {
  readonly plan: PatchPlan;
  readonly files: FilePort;
  readonly journal: Journal;
}

async function write(commit: Commit): Promise<void> {
  const { plan, files } = commit;
  // A removed file in whose place a directory has to come cannot wait for its turn.
  const inTheWay = new Set(plan.removals.filter(({ path }) => plan.writes.some((write) => isBelow(write.path, path))));
  for (const removal of inTheWay) await remove(commit, removal);
  for (const { path, source } of plan.writes)
    await step("mkdir-failed", source, () => makeDirectoriesAbove(commit, path));
  for (const directory of new Set(plan.writes.map(({ path }) => directoryOf(path)))) await files.sweep(directory);

  const staged: { readonly write: PlannedWrite; readonly from: string | null }[] = [];
  for (const write of plan.writes)
    staged.push({ write, from: await step("write-failed", write.source, () => stage(commit, write)) });
  for (const { write, from } of staged)
    await step("write-failed", write.source, () =>
      from === null ? rewrite(commit, write) : replace(commit, write, from),
    );
  for (const removal of plan.removals) if (!inTheWay.has(removal)) await remove(commit, removal);
}

async function makeDirectoriesAbove({ files, journal }: Commit, path: string): Promise<void> {
  const missing: string[] = [];
  for (const directory of directoriesAbove(path)) {
    if ((await files.stat(directory)) !== null) break;
    missing.unshift(directory);
  }
  for (const directory of missing) {
    await files.makeDirectory(directory);
    journal.done({ path: directory, oldContent: null, undo: () => files.removeDirectory(directory) });
  }
}

/** Writes the new content beside the target; null when the target has to be written in place. */
async function stage(
  { files, journal }: Commit,
  { path, content, like, inPlace }: PlannedWrite,
): Promise<string | null> {
  if (inPlace === "required") return null;
  const name = files.temporaryName(path, "staged");
  journal.keepTemporary(name);
  try {
    await files.create(name, content, { like });
    return name;
  } catch (error) {
    // The directory may be closed where the file itself is not.
    if (inPlace === "forbidden" || !isDenied(error)) throw error;
    await files.remove(name).catch(() => undefined);
    journal.dropTemporary(name);
    return null;
  }
}

/** Puts a staged file in the place of its target. */
async function replace(commit: Commit, { path, before }: PlannedWrite, staged: string): Promise<void> {
  const { files, journal } = commit;
  // Not every system can give a link a second name.
  if (before.type === "symlink") await setAside(commit, path);
  const backup = before.type === "file" ? await backUp(commit, path, before) : null;
  await files.rename(staged, path);
  journal.dropTemporary(staged);
  journal.done({
    path,
    oldContent: backup,
    undo: async () => {
      if (backup === null) return files.remove(path);
      await files.rename(backup, path);
      return journal.dropTemporary(backup);
    },
  });
}

/** A second name for the old file; a copy where the file system has no second names. */
async function backUp({ files, journal }: Commit, path: string, { content, stat }: OldFile): Promise<string> {
  const backup = files.temporaryName(path, "backup");
  journal.keepTemporary(backup);
  try {
    await files.link(path, backup);
  } catch {
    await files.create(backup, content, { like: stat });
  }
  return backup;
}

/** Writes the target in place. The undo is noted first: a write that fails half-way has truncated the file. */
async function rewrite(commit: Commit, { path, content, before }: PlannedWrite): Promise<void> {
  if (before.type !== "file") throw new Error(`only a file can be written in place: ${path}`);
  const { files, journal } = commit;
  const oldContent = await copyAside(commit, path, before);
  journal.done({ path, oldContent, undo: () => files.overwrite(path, before.content) });
  await files.overwrite(path, content);
}

/** A copy on disk of a file that is to be written in place; null where the directory is closed, and memory has to do. */
async function copyAside({ files, journal }: Commit, path: string, old: OldFile): Promise<string | null> {
  const backup = files.temporaryName(path, "backup");
  journal.keepTemporary(backup);
  try {
    await files.create(backup, old.content, { like: old.stat });
    return backup;
  } catch (error) {
    if (!isDenied(error)) throw error;
    journal.dropTemporary(backup);
    return null;
  }
}

function remove(commit: Commit, { path, source, because }: PlannedRemoval): Promise<void> {
  return step(because === "deleted" ? "delete-failed" : "remove-failed", source, () => setAside(commit, path));
}

/** Removes a name by renaming it, so that it is its own backup. */
async function setAside({ files, journal }: Commit, path: string): Promise<void> {
  const backup = files.temporaryName(path, "backup");
  await files.rename(path, backup);
  journal.keepTemporary(backup);
  journal.done({
    path,
    oldContent: backup,
    undo: async () => {
      await files.rename(backup, path);
      journal.dropTemporary(backup);
    },
  });
}

function isDenied(error: unknown): boolean {
  const { code } = readOsError(error);
  return code === "EACCES" || code === "EPERM" || code === "EROFS";
}

/** A step that failed, with the words for it; never leaves this file. */
class StepError extends Error {
  override readonly name = "StepError";
  readonly kind: FileFailure["kind"];
  readonly path: PatchPath;

  constructor(kind: FileFailure["kind"], path: PatchPath, cause: unknown) {
    super(kind, { cause });
    this.kind = kind;
    this.path = path;
  }
}

async function step<Result>(kind: FileFailure["kind"], path: PatchPath, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw new StepError(kind, path, error);
  }
}
