import type { FilePort, FileStat } from "../src/file-port.ts";
import { baseName, directoryOf, joinPath } from "../src/path.ts";
import { decodeUtf8, encodeUtf8 } from "../src/text.ts";

/** What a test puts into the tree: a text, a link, bytes or a mode of its own, or a directory. */
export type TreeEntry =
  | string
  | { readonly symlink: string }
  | { readonly bytes: readonly number[] }
  | { readonly text: string; readonly mode: number }
  | { readonly directory: true };

/** A file system in memory, with inodes, links of both kinds and the errors of a real one. */
export interface MemoryFiles extends FilePort {
  /** Every path with what is there. Directories only when they are empty. */
  snapshot(): Record<string, TreeEntry>;
  /** Makes `name` a second name of the file `existing`. */
  hardLink(existing: string, name: string): void;
  /** How many writing operations were asked for. */
  readonly operations: readonly string[];
  /** From the operation with this number on (the first is 0), the first `times` fail with `code`. */
  failAt(operation: number, code: string, times?: number): void;
  /** Called before every writing operation that does not fail. */
  beforeOperation: (name: string) => void;
}

type Inode =
  | { type: "file"; content: Uint8Array; mode: number }
  | { type: "symlink"; target: string }
  | { type: "directory" };

/** A tree with the given entries by absolute path, and the directories above them. */
export function createMemoryFiles(tree: Readonly<Record<string, TreeEntry>> = {}): MemoryFiles {
  const entries = new Map<string, Inode>([["/", { type: "directory" }]]);
  const operations: string[] = [];
  let failure = { from: Infinity, until: Infinity, code: "" };
  let counter = 0;

  function addDirectories(path: string): void {
    const parent = directoryOf(path);
    if (entries.has(parent)) return;
    addDirectories(parent);
    entries.set(parent, { type: "directory" });
  }

  for (const [path, entry] of Object.entries(tree)) {
    addDirectories(path);
    entries.set(path, toInode(entry));
  }

  /** Follows the links of the directory, as the system does for any path. */
  function locate(path: string): string {
    const directory = real(directoryOf(path), 0);
    const node = entries.get(directory);
    if (node === undefined) throw osError("ENOENT");
    if (node.type !== "directory") throw osError("ENOTDIR");
    return joinPath(directory, baseName(path));
  }

  function real(path: string, depth: number): string {
    if (depth > 40) throw osError("ELOOP");
    const parent = directoryOf(path);
    if (parent === path) return path;
    const above = real(parent, depth);
    const name = baseName(path);
    if (name === "..") return directoryOf(above);
    if (name === "." || name === "") return above;
    const here = joinPath(above, name);
    const node = entries.get(here);
    return node?.type === "symlink" && exists(joinPath(above, node.target), depth + 1)
      ? real(joinPath(above, node.target), depth + 1)
      : here;
  }

  function exists(path: string, depth: number): boolean {
    return entries.has(real(path, depth));
  }

  function existing(path: string): Inode {
    const node = entries.get(locate(path));
    if (node === undefined) throw osError("ENOENT");
    return node;
  }

  function fileAt(path: string): Extract<Inode, { type: "file" }> {
    const node = existing(path);
    if (node.type === "file") return node;
    throw osError(node.type === "directory" ? "EISDIR" : "ELOOP");
  }

  function begin(name: string, path: string): void {
    const number = operations.push(`${name} ${path.replaceAll(/\.heddle-\d+/g, "TEMPORARY")}`) - 1;
    if (number >= failure.from && number < failure.until) throw osError(failure.code);
    port.beforeOperation(name);
  }

  function freeName(path: string): string {
    const place = locate(path);
    if (entries.has(place)) throw osError("EEXIST");
    return place;
  }

  const port: MemoryFiles = {
    operations,
    beforeOperation: () => undefined,
    failAt(operation, code, times = 1) {
      failure = { from: operation, until: operation + times, code };
    },
    hardLink(existingPath, name) {
      entries.set(locate(name), fileAt(existingPath));
    },
    snapshot() {
      const parents = new Set([...entries.keys()].filter((path) => path !== "/").map(directoryOf));
      const shown = [...entries].filter(([path, node]) => node.type !== "directory" || !parents.has(path));
      return Object.fromEntries(shown.map(([path, node]) => [path, fromInode(node)]));
    },
    async stat(path) {
      try {
        return statOf(existing(path), [...entries.values()]);
      } catch {
        return null;
      }
    },
    read: async (path) => fileAt(path).content,
    async readLink(path) {
      const node = existing(path);
      if (node.type !== "symlink") throw osError("EINVAL");
      return node.target;
    },
    realDirectory: async (path) => real(path, 0),
    temporaryName: (path, purpose) => joinPath(directoryOf(path), `.heddle-${counter++}.${purpose}`),
    async create(path, content, { like }) {
      begin("create", path);
      entries.set(freeName(path), { type: "file", content, mode: like?.mode ?? 0o644 });
    },
    async overwrite(path, content) {
      const file = fileAt(path);
      file.content = new Uint8Array(0); // a failing write has truncated it already
      begin("overwrite", path);
      file.content = content;
    },
    async link(existingPath, name) {
      begin("link", name);
      entries.set(freeName(name), existing(existingPath));
    },
    async rename(from, to) {
      begin("rename", to);
      const node = existing(from);
      const place = locate(to);
      if (entries.get(place)?.type === "directory") throw osError("EISDIR");
      if (entries.get(place) === node) return; // as POSIX has it
      entries.set(place, node);
      entries.delete(locate(from));
    },
    async remove(path) {
      begin("remove", path);
      if (existing(path).type === "directory") throw osError("EISDIR");
      entries.delete(locate(path));
    },
    async makeDirectory(path) {
      begin("makeDirectory", path);
      entries.set(freeName(path), { type: "directory" });
    },
    async removeDirectory(path) {
      begin("removeDirectory", path);
      if ([...entries.keys()].some((other) => other !== path && directoryOf(other) === path))
        throw osError("ENOTEMPTY");
      entries.delete(locate(path));
    },
    sweep: async () => undefined,
  };
  return port;
}

/** An error as Node throws it. */
export function osError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function toInode(entry: TreeEntry): Inode {
  if (typeof entry === "string") return { type: "file", content: encodeUtf8(entry), mode: 0o644 };
  if ("symlink" in entry) return { type: "symlink", target: entry.symlink };
  if ("bytes" in entry) return { type: "file", content: Uint8Array.from(entry.bytes), mode: 0o644 };
  if ("text" in entry) return { type: "file", content: encodeUtf8(entry.text), mode: entry.mode };
  return { type: "directory" };
}

function fromInode(node: Inode): TreeEntry {
  switch (node.type) {
    case "directory":
      return { directory: true };
    case "symlink":
      return { symlink: node.target };
    case "file": {
      const text = decodeUtf8(node.content);
      if (text === null) return { bytes: [...node.content] };
      return node.mode === 0o644 ? text : { text, mode: node.mode };
    }
  }
}

function statOf(node: Inode, all: readonly Inode[]): FileStat {
  const links = all.filter((other) => other === node).length;
  return { type: node.type, mode: node.type === "file" ? node.mode : 0o755, links, owner: { uid: 0, gid: 0 } };
}
