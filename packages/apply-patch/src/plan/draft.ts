import type { PatchPath } from "../failure.ts";
import type { FileStat } from "../file-port.ts";
import type { NewFile, Overlay } from "./overlay.ts";

/** What the hunks so far have done: the overlay, and how each file came to be what it is. */
export interface Draft {
  readonly overlay: Overlay;
  /** By the name of a place whose file the patch wrote. */
  readonly written: Map<string, WrittenFile>;
  /** By the name of a place that the patch removed. */
  readonly removed: Map<string, { readonly source: PatchPath; readonly because: "deleted" | "moved" }>;
}

/** How a file that the patch wrote came to be. */
export interface Provenance {
  /** The path under which the patch first wrote it. */
  readonly source: PatchPath;
  readonly how: "add" | "update";
  /** Where it was before the patch moved it; null when it was not moved, or was not there before the patch. */
  readonly movedFrom: MoveOrigin | null;
}

/** A file as the patch writes it. */
export interface WrittenFile extends Provenance, NewFile {}

/** The file that a moved one was before the patch. */
export interface MoveOrigin {
  readonly source: PatchPath;
  /** The name that the move removed. */
  readonly name: string;
  /** The place its content came from: not `name` when that is a link. */
  readonly contentName: string;
}

/** Writes a file and remembers how. Errors of the overlay pass through. */
export async function writeFile(
  draft: Draft,
  name: string,
  file: { readonly content: Uint8Array; readonly like: FileStat | null; readonly provenance: Provenance },
): Promise<void> {
  const sameFile = await standsOnDisk(draft.overlay, name);
  const entry: NewFile = { type: "new-file", content: file.content, like: file.like, sameFile };
  await draft.overlay.write(name, entry);
  draft.removed.delete(name);
  draft.written.set(name, { ...entry, ...file.provenance });
}

/** Removes a name and remembers why. */
export async function removeName(
  draft: Draft,
  name: string,
  entry: { readonly source: PatchPath; readonly because: "deleted" | "moved" },
): Promise<void> {
  await draft.overlay.remove(name);
  draft.written.delete(name);
  draft.removed.set(name, entry);
}

/** The file whose mode and owner a rewritten file keeps: itself, when it is there; null when it would be a new one. */
export async function likeOf(overlay: Overlay, name: string): Promise<FileStat | null> {
  const node = await overlay.at(name);
  if (node.type === "new-file") return node.like;
  return node.type === "file" ? node.stat : null;
}

async function standsOnDisk(overlay: Overlay, name: string): Promise<boolean> {
  const node = await overlay.at(name);
  return node.type === "new-file" ? node.sameFile : node.type === "file";
}
