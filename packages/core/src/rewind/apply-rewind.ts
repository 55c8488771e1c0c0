import { commitPatch, PatchError, type FileBefore, type PatchPlan, type PlannedWrite } from "@heddle/apply-patch";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, rmdir, symlink } from "node:fs/promises";
import { createNodeFilePort } from "../files/node-file-port.ts";
import type { BlobStore } from "./blob-store.ts";
import type { FileVersion } from "./file-version.ts";
import type { FileRewind, RewindPlan } from "./plan-rewind.ts";

/** How it came out: done as a whole, or not at all and why. */
export type RewindResult = { readonly type: "done" } | { readonly type: "failed"; readonly reason: string };

/**
 * Puts the files of a plan back. They are written as a patch is: all or nothing, each by a rename, and none that has
 * changed since the plan was made.
 */
export async function applyRewind({ files, folders }: RewindPlan, blobs: BlobStore): Promise<RewindResult> {
  const contents = new Map<FileRewind, Buffer>();
  for (const file of files) {
    const content = file.to?.blob === null || file.to === null ? null : await blobs.get(file.to.blob);
    if (content !== null) contents.set(file, content);
    else if (file.to !== null) return { type: "failed", reason: `what ${file.path} was is not in the store any more` };
  }
  const plan = patchOf(files, contents);
  try {
    await commitPatch(plan, createNodeFilePort());
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return { type: "failed", reason: error.message };
  }
  try {
    for (const file of files) {
      const { path, to } = file;
      if (to?.kind === "symlink") await symlink(contents.get(file) ?? Buffer.alloc(0), path);
      else if (to !== null && modeOf(path) !== to.mode) await chmod(path, to.mode);
    }
  } catch (error) {
    return { type: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
  for (const folder of folders) await rmdir(folder).catch(() => undefined); // something else is in it, or it has gone
  return { type: "done" };
}

function patchOf(files: readonly FileRewind[], contents: ReadonlyMap<FileRewind, Buffer>): PatchPlan {
  const writes: PlannedWrite[] = [];
  const removals: PatchPlan["removals"][number][] = [];
  for (const file of files) {
    const { path, to } = file;
    const source = { written: path, absolute: path };
    const before = standing(path);
    if (to?.kind === "file") writes.push(writeOf(file, to, contents.get(file) ?? Buffer.alloc(0)));
    else if (before.type !== "missing") removals.push({ path, source, before, because: "deleted" });
  }
  return { cwd: "/", changes: [], summary: "", paths: [], targets: [], effects: [], writes, removals };
}

function writeOf({ path }: FileRewind, { mode }: FileVersion, content: Buffer): PlannedWrite {
  const before = standing(path);
  const owner = before.type === "file" ? before.stat.owner : ownOwner();
  const links = before.type === "file" ? before.stat.links : 1;
  return {
    path,
    source: { written: path, absolute: path },
    content,
    before,
    like: { type: "file", mode: mode & 0o777, links, owner },
    inPlace: before.type !== "file" ? "forbidden" : links > 1 ? "required" : "allowed",
  };
}

function ownOwner(): { uid: number; gid: number } {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

function standing(path: string): FileBefore {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { type: "missing" };
  if (stats.isSymbolicLink()) return { type: "symlink", target: readlinkSync(path) };
  const { mode, nlink: links, uid, gid } = stats;
  const stat = { type: "file" as const, mode: mode & 0o777, links, owner: { uid, gid } };
  return { type: "file", content: readFileSync(path), stat };
}

function modeOf(path: string): number | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : stats.mode & 0o7777;
}
