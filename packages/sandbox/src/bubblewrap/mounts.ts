import { dirname } from "node:path";
import { isWithin } from "../paths.ts";
import type { View } from "../view/view.ts";

/** One step in building the view. */
export interface Mount {
  readonly type: "readOnly" | "visible" | "writable" | "emptyFile" | "emptyFolder";
  readonly path: string;
}

/** At the same path the later one wins: a root that was asked for wins over protection, hiding wins over all. */
const PRECEDENCE = ["readOnly", "visible", "writable", "emptyFile", "emptyFolder"] as const;

/**
 * The mounts that make a view out of a read-only `/`, each after those above it. A mount point cannot be renamed or
 * removed, but a folder above it can: folders between a root and a mount below it are therefore pinned by mounts on
 * themselves, else a command could move a protected path away and put its own in the place.
 */
export function planMounts(view: View): Mount[] {
  const hidden = [...view.hiddenFolders, ...view.hiddenFiles];
  const isHidden = (path: string): boolean => hidden.some((folder) => isWithin(path, folder));
  const mounts = new Map<string, Mount>();
  const add = (type: Mount["type"], path: string): void => {
    const known = mounts.get(path);
    if (known === undefined || PRECEDENCE.indexOf(type) > PRECEDENCE.indexOf(known.type))
      mounts.set(path, { type, path });
  };

  for (const path of view.readOnly.filter((path) => !isHidden(path))) add("readOnly", path);
  for (const path of view.writable.filter((path) => !isHidden(path))) add("writable", path);
  for (const { path, visible } of view.privateFolders) {
    // A folder that is itself the workspace cannot be emptied; what it has to hide is named in `hiddenFiles`.
    if (view.writable.includes(path) || isHidden(path)) continue;
    add("emptyFolder", path);
    for (const child of visible.filter((child) => !isHidden(child))) add("visible", child);
  }
  for (const path of view.hiddenFiles) add("emptyFile", path);
  for (const path of view.hiddenFolders) add("emptyFolder", path);

  for (const { path } of mounts.values()) {
    for (const ancestor of ancestorsOf(path)) {
      if (mounts.has(ancestor)) continue;
      if (innermost(ancestor, mounts)?.type === "writable") add("writable", ancestor);
    }
  }
  const ordered = [...mounts.values()].sort((a, b) => a.path.length - b.path.length);
  return ordered.filter((mount) => !isNeedless(mount, mounts));
}

/** The arguments for bubblewrap. */
export function mountArguments(mounts: readonly Mount[]): string[] {
  const built = mounts.flatMap(({ type, path }) => {
    switch (type) {
      case "writable":
        return ["--bind", path, path];
      case "readOnly":
      case "visible":
        return ["--ro-bind", path, path];
      case "emptyFile":
        return ["--ro-bind", "/dev/null", path];
      case "emptyFolder":
        return ["--tmpfs", path];
    }
  });
  // Last, as the mount points in an emptied folder have to be made first.
  const sealed = mounts.filter(({ type }) => type === "emptyFolder").flatMap(({ path }) => ["--remount-ro", path]);
  return [...built, ...sealed];
}

/** What is read-only or not there anyway needs no mount of its own. */
function isNeedless({ type, path }: Mount, mounts: ReadonlyMap<string, Mount>): boolean {
  const above = innermost(dirname(path), mounts);
  switch (type) {
    case "readOnly":
      return above?.type !== "writable";
    case "visible":
      return above?.type !== "writable" && above?.type !== "emptyFolder";
    case "emptyFile":
    case "emptyFolder":
      return above?.type === "emptyFolder";
    case "writable":
      return false;
  }
}

/** The mount that `path` lies on; null for the read-only `/`. */
function innermost(path: string, mounts: ReadonlyMap<string, Mount>): Mount | null {
  const own = mounts.get(path);
  if (own !== undefined) return own;
  for (const ancestor of ancestorsOf(path)) {
    const mount = mounts.get(ancestor);
    if (mount !== undefined) return mount;
  }
  return null;
}

/** The folders above `path`, the nearest first, `/` last. */
function ancestorsOf(path: string): string[] {
  const found: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (folder === path) return found;
    found.push(folder);
    if (folder === "/") return found;
  }
}
