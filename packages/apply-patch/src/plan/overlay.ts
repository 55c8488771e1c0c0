import type { FileStat, ReadPort } from "../file-port.ts";
import { refusal, type RefusalCode } from "../os-error.ts";
import { baseName, directoriesAbove, directoryOf, joinPath } from "../path.ts";

/**
 * A file system in memory over the real one: hunks read from it and write to it, so that each sees what those before it
 * did. Places are named by their path with the links of the directory resolved, and not of the last component.
 */
export interface Overlay {
  /** The name of the place that a path leads to. */
  nameOf(path: string): Promise<string>;
  /** What stands there now. */
  at(name: string): Promise<Node>;
  /** The name at the end of the links that start at `name`; it may be of something missing. */
  follow(name: string): Promise<string>;
  /** The bytes of the file there. */
  read(name: string): Promise<Uint8Array>;
  /** Puts a file there, and the directories that are missing above it. */
  write(name: string, file: NewFile): Promise<void>;
  remove(name: string): Promise<void>;
  /** What stood there before all hunks. */
  before(name: string): Promise<DiskNode>;
  readBefore(name: string): Promise<Uint8Array>;
  /** The names of files that were written or removed, in the order of the first time. */
  readonly touched: ReadonlySet<string>;
}

/** What stands at a place on disk. */
type DiskNode =
  | { readonly type: "missing" }
  | { readonly type: "directory" }
  | { readonly type: "other" }
  | { readonly type: "symlink"; readonly target: string }
  | { readonly type: "file"; readonly stat: FileStat };

/** A file that the patch makes. */
export interface NewFile {
  readonly type: "new-file";
  readonly content: Uint8Array;
  /** The file on disk whose mode and owner it gets; null for those of a new file. */
  readonly like: FileStat | null;
  /** It is new content of the file that stood there before all hunks, and not a file put in its place. */
  readonly sameFile: boolean;
}

/** What stands at a place when some hunks are done. */
type Node = DiskNode | NewFile;

/** A file operation that cannot work, found before it is tried. It has the `code` of the system's error. */
class OverlayError extends Error {
  override readonly name = "OverlayError";
  readonly code: string | null;

  constructor(code: RefusalCode) {
    super(refusal(code).reason);
    this.code = code;
  }
}

const MAX_LINKS = 40;
const MISSING: Node = { type: "missing" };
const DIRECTORY: Node = { type: "directory" };

/** An overlay in which nothing is changed yet. Errors of `files` pass through. */
export function createOverlay(files: ReadPort): Overlay {
  const directories = new Map<string, Promise<string>>();
  const disk = new Map<string, Promise<DiskNode>>();
  const contents = new Map<string, Promise<Uint8Array>>();
  const current = new Map<string, Node>();
  const touched = new Set<string>();
  const removedLinks = new Set<string>();

  async function nameOf(path: string): Promise<string> {
    const last = baseName(path);
    if (last === "") throw new OverlayError("EISDIR");
    if (last === "." || last === "..") return realDirectory(path);
    const directory = directoryOf(path);
    if (removedLinks.size > 0) await refuseRemovedLinks(directory);
    return joinPath(await realDirectory(directory), last);
  }

  function realDirectory(path: string): Promise<string> {
    return remembered(directories, path, () => files.realDirectory(path));
  }

  /** The disk still has links that a hunk removed; a later path through one of them must not end where it led. */
  async function refuseRemovedLinks(directory: string): Promise<void> {
    for (const above of [directory, ...directoriesAbove(directory)]) {
      const name = joinPath(await realDirectory(directoryOf(above)), baseName(above));
      if (removedLinks.has(name)) throw new OverlayError("ENOTDIR");
    }
  }

  function before(name: string): Promise<DiskNode> {
    return remembered(disk, name, async (): Promise<DiskNode> => {
      const stat = await files.stat(name);
      if (stat === null) return { type: "missing" };
      if (stat.type === "symlink") return { type: "symlink", target: await files.readLink(name) };
      return stat.type === "file" ? { type: "file", stat } : { type: stat.type };
    });
  }

  async function at(name: string): Promise<Node> {
    return current.get(name) ?? before(name);
  }

  function readBefore(name: string): Promise<Uint8Array> {
    return remembered(contents, name, () => files.read(name));
  }

  async function makeDirectoriesAbove(name: string): Promise<void> {
    const missing: string[] = [];
    for (const directory of directoriesAbove(name)) {
      const node = await at(directory);
      if (node.type === "directory") break;
      if (node.type !== "missing") throw new OverlayError("ENOTDIR");
      missing.push(directory);
    }
    for (const directory of missing) current.set(directory, DIRECTORY);
  }

  return {
    nameOf,
    at,
    before,
    readBefore,
    touched,
    async follow(name) {
      let place = name;
      for (let count = 0; count <= MAX_LINKS; count++) {
        const node = await at(place);
        if (node.type !== "symlink") return place;
        place = await nameOf(joinPath(directoryOf(place), node.target));
      }
      throw new OverlayError("ELOOP");
    },
    async read(name) {
      const node = await at(name);
      switch (node.type) {
        case "new-file":
          return node.content;
        case "file":
          return readBefore(name);
        case "missing":
          throw new OverlayError("ENOENT");
        case "directory":
          throw new OverlayError("EISDIR");
        default:
          throw new OverlayError("EINVAL");
      }
    },
    async write(name, file) {
      await makeDirectoriesAbove(name);
      current.set(name, file);
      touched.add(name);
    },
    async remove(name) {
      if ((await at(name)).type === "symlink") removedLinks.add(name);
      current.set(name, MISSING);
      touched.add(name);
    },
  };
}

function remembered<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  load: () => Promise<Value>,
): Promise<Value> {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = load()));
  return value;
}
