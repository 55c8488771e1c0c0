import { isWritable, writableRoots, type Environment, type SandboxPolicy } from "@heddle/sandbox";
import { lstat, readdir, readFile, readlink, realpath, stat, symlink } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { EngineError } from "../engine-error.ts";
import { hasCode, refused } from "./file-access-error.ts";
import { readGuardOf } from "./hidden-files.ts";
import { createNodeFilePort } from "./node-file-port.ts";
import { withDirectory } from "./with-directory.ts";

/** What there is at a path. Of a link, `isSymlink` apart, what it leads to. */
export interface FileFacts {
  readonly isDirectory: boolean;
  readonly isFile: boolean;
  readonly isSymlink: boolean;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** A child of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isFile: boolean;
}

/**
 * The files that a client asks for beside all threads: it may read and write what a sandboxed command under the same
 * policy may. Paths are absolute.
 * @throws EngineError `fileRefused` from every method: the path, and what the system or the policy has against it.
 */
export interface ClientFiles {
  read(path: string): Promise<Uint8Array>;
  /** The whole content; through a link, of what it leads to. */
  write(path: string, content: Uint8Array): Promise<void>;
  createFolder(path: string, options: { readonly recursive: boolean }): Promise<void>;
  facts(path: string): Promise<FileFacts>;
  /** By name. */
  list(path: string): Promise<readonly FolderEntry[]>;
  /** Never follows a link. @param options.force a path that is not there is no error. */
  remove(path: string, options: { readonly recursive: boolean; readonly force: boolean }): Promise<void>;
  /** Links are copied as links. */
  copy(from: string, to: string, options: { readonly recursive: boolean }): Promise<void>;
  /** The path with its links resolved, where it may be read. */
  locate(path: string): Promise<string>;
}

/** A file that is longer does not fit into a message. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

export function createClientFiles(options: {
  readonly policy: SandboxPolicy;
  /** The first writable root, absolute. */
  readonly cwd: string;
  readonly env: Environment;
  /** What nobody may read. */
  readonly hidden: readonly string[];
}): ClientFiles {
  const { policy, cwd, env, hidden } = options;
  const roots = writableRoots(policy, cwd, env);
  const mayWrite = (path: string): boolean => policy.type === "danger-full-access" || isWritable(path, roots);
  const mayRead = readGuardOf(hidden);
  const port = createNodeFilePort({ guard: (path) => mayWrite(path) && mayRead(path), readGuard: mayRead });

  /** The real path of what is read. */
  const readable = async (path: string): Promise<string> => {
    const real = await realpath(path);
    if (!mayRead(real) || real.startsWith("/proc/")) throw refused(path);
    return real;
  };
  const makeFolder = async (path: string, recursive: boolean): Promise<void> => {
    const there = await stat(path).catch(missing);
    if (there?.isDirectory() === true && recursive) return;
    if (there === null && recursive && dirname(path) !== path) await makeFolder(dirname(path), true);
    await port.makeDirectory(path);
  };
  const write = async (path: string, content: Uint8Array): Promise<void> => {
    const real = await realpath(path).catch(missing);
    if (real === null) return port.create(path, content, { like: null });
    if (!mayRead(real)) throw refused(path);
    await port.overwrite(real, content);
  };
  const remove = async (path: string, recursive: boolean): Promise<void> => {
    if (!(await lstat(path)).isDirectory()) return port.remove(path);
    if (recursive) for (const name of await readdir(path)) await remove(join(path, name), true);
    await port.removeDirectory(path);
  };
  const copy = async (from: string, to: string, recursive: boolean): Promise<void> => {
    const source = await lstat(from);
    if (source.isSymbolicLink()) return makeLink(await readlink(from), to);
    if (!source.isDirectory()) return write(to, await readFile(await readable(from)));
    if (!recursive) throw Object.assign(new Error("it is a folder, and `recursive` is not set"), { code: "EISDIR" });
    const names = await readdir(await readable(from)); // before the copy is there: it may lie inside
    await makeFolder(to, true);
    for (const name of names) await copy(join(from, name), join(to, name), true);
  };
  const makeLink = (target: string, path: string): Promise<void> =>
    withDirectory(dirname(path), async (real, at) => {
      if (!mayWrite(join(real, basename(path)))) throw refused(path);
      await symlink(target, join(at, basename(path)));
    });

  return {
    read: (path) =>
      about(path, async () => {
        const real = await readable(path);
        const { size } = await stat(real);
        if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes, and ${MAX_FILE_BYTES} are the most`);
        return readFile(real);
      }),
    write: (path, content) => about(path, () => write(path, content)),
    createFolder: (path, { recursive }) => about(path, () => makeFolder(path, recursive)),
    facts: (path) =>
      about(path, async () => {
        const target = await stat(await readable(path));
        const own = await lstat(path);
        return {
          isDirectory: target.isDirectory(),
          isFile: target.isFile(),
          isSymlink: own.isSymbolicLink(),
          createdAt: target.birthtime,
          modifiedAt: target.mtime,
        };
      }),
    list: (path) =>
      about(path, async () => {
        const real = await readable(path);
        const names = (await readdir(real)).filter((name) => mayRead(join(real, name)));
        return Promise.all(names.toSorted().map((name) => describeEntry(real, name)));
      }),
    remove: (path, { recursive, force }) =>
      about(path, async () => {
        if (force && (await lstat(path).catch(missing)) === null) return;
        await remove(path, recursive);
      }),
    copy: (from, to, { recursive }) => about(from, () => about(to, () => copy(from, to, recursive))),
    locate: (path) => about(path, () => readable(path)),
  };
}

async function describeEntry(folder: string, name: string): Promise<FolderEntry> {
  const target = await stat(join(folder, name)).catch(() => null); // a link that leads nowhere is neither
  return { name, isDirectory: target?.isDirectory() ?? false, isFile: target?.isFile() ?? false };
}

/** Names the path in whatever goes wrong with it. */
async function about<Result>(path: string, use: () => Promise<Result>): Promise<Result> {
  if (!isAbsolute(path) || path.includes("\0")) {
    throw new EngineError({ kind: "fileRefused", path, reason: "the path is not absolute" });
  }
  try {
    return await use();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError({ kind: "fileRefused", path, reason: reasonOf(error, path) }, { cause: error });
  }
}

/** Without the path, which is named already, and without the call: it may have been made by way of a descriptor. */
function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error;
  const call = "syscall" in error ? message.indexOf(`, ${String(error.syscall)}`) : -1;
  if (call > 0) return message.slice(0, call);
  return message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
}

function missing(error: unknown): null {
  if (hasCode(error, "ENOENT", "ENOTDIR")) return null;
  throw error;
}
