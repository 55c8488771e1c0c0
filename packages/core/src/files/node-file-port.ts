import type { FilePort, FileStat } from "@heddle/apply-patch";
import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { link, lstat, mkdir, open, readFile, readlink, realpath, rename, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasCode, refused } from "./file-access-error.ts";
import { sweepDirectory, temporaryFileName } from "./temporary-files.ts";
import { withDirectory } from "./with-directory.ts";

/** Which real paths the port may touch; all of them when a guard is not given. */
export interface NodeFilePortOptions {
  /** Asked before every write with the path, all links resolved, that is going to be written, made or removed. */
  readonly guard?: (realPath: string) => boolean;
  /** Asked before a file's content or a link's text is read. */
  readonly readGuard?: (realPath: string) => boolean;
}

/**
 * The file system as patches see it. A refused path fails with the code `EACCES`. Writes do not follow a link in their
 * last component, and are made inside the directory that the guard has seen, so that a link put in its place meanwhile
 * leads nowhere.
 */
export function createNodeFilePort({ guard = () => true, readGuard }: NodeFilePortOptions = {}): FilePort {
  /** Runs `change` with paths that lead into the real directory of the names, once the guard has allowed each place. */
  function inDirectory<Result>(
    directory: string,
    names: readonly string[],
    change: (...at: string[]) => Promise<Result>,
  ): Promise<Result> {
    return withDirectory(directory, (real, at) => {
      for (const name of names) if (!guard(join(real, name))) throw refused(join(real, name));
      return change(...names.map((name) => join(at, name)));
    });
  }

  function at<Result>(path: string, change: (at: string) => Promise<Result>): Promise<Result> {
    return inDirectory(dirname(path), [basename(path)], change);
  }

  /** For two names, usually of one directory: a backup stands beside its file. */
  function atBoth(from: string, to: string, change: (from: string, to: string) => Promise<void>): Promise<void> {
    if (dirname(from) === dirname(to)) return inDirectory(dirname(from), [basename(from), basename(to)], change);
    return at(from, (from) => at(to, (to) => change(from, to)));
  }

  async function checkReadable(path: string): Promise<void> {
    const place = join(await realDirectory(dirname(path)), basename(path));
    if (isOfProcess(place) || readGuard?.(place) === false) throw refused(place);
  }

  return {
    async stat(path) {
      try {
        return fileStat(await lstat(path));
      } catch (error) {
        if (hasCode(error, "ENOENT", "ENOTDIR")) return null;
        throw error;
      }
    },
    async read(path) {
      await checkReadable(path);
      return readFile(path, { flag: constants.O_RDONLY | NO_FOLLOW });
    },
    async readLink(path) {
      await checkReadable(path);
      return readlink(path);
    },
    realDirectory,
    temporaryName: (path, purpose) => join(dirname(path), temporaryFileName(purpose, randomBytes(6).toString("hex"))),
    create: (path, content, { like }) => at(path, (at) => createFile(at, content, like)),
    overwrite: (path, content) => at(path, (at) => overwriteFile(at, content)),
    link: (existing, name) => atBoth(existing, name, link),
    rename: (from, to) => atBoth(from, to, rename),
    remove: (path) => at(path, unlink),
    makeDirectory: (path) => at(path, (at) => mkdir(at)),
    removeDirectory: (path) => at(path, rmdir),
    sweep: (directory) =>
      withDirectory(directory, (real, at) => sweepDirectory(at, (name) => guard(join(real, name)))).catch(
        () => undefined,
      ),
  };
}

/** What the kernel shows of processes is no file to patch, and our own environment has secrets that errors would quote. */
function isOfProcess(realPath: string): boolean {
  return realPath.startsWith("/proc/");
}

/** Not there on Windows, where links are rare and need rights. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

async function createFile(path: string, content: Uint8Array, like: FileStat | null): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
  // Until it has the mode of its model, nobody else may read what may be a secret.
  await using file = await open(path, flags, like === null ? 0o666 : 0o600);
  await file.writeFile(content);
  if (like === null) return;
  const { uid, gid } = like.owner;
  // The owner first: changing it may take mode bits away. Not everybody may give files away.
  if (uid !== process.getuid?.() || gid !== process.getgid?.()) await file.chown(uid, gid).catch(() => undefined);
  await file.chmod(like.mode);
}

async function overwriteFile(path: string, content: Uint8Array): Promise<void> {
  // Not waiting for a reader, should it be a pipe by now.
  await using file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK | NO_FOLLOW);
  if (!(await file.stat()).isFile()) throw refused(path);
  await file.truncate();
  await file.writeFile(content);
}

function fileStat(stats: Stats): FileStat {
  const type = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "directory"
      : stats.isSymbolicLink()
        ? "symlink"
        : "other";
  const owner = { uid: stats.uid, gid: stats.gid };
  return { type, mode: stats.mode & 0o777, links: stats.nlink, owner };
}

/** Resolves the deepest directory that exists and keeps the rest. */
async function realDirectory(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (parent === path || !hasCode(error, "ENOENT", "ENOTDIR")) throw error;
    const name = basename(path);
    const realParent = await realDirectory(parent);
    return name === ".." ? dirname(realParent) : name === "." ? realParent : join(realParent, name);
  }
}
