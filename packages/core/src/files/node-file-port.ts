import type { FilePort, FileStat } from "@heddle/apply-patch";
import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { link, lstat, mkdir, open, readFile, readlink, realpath, rename, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasCode, refused } from "./file-access-error.ts";
import { sweepDirectory, temporaryFileName } from "./temporary-files.ts";
import { withDirectory } from "./with-directory.ts";

/** Which real paths the port may touch; all of them when a test is not given. */
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
  /** Runs `change` with a path that leads into the real directory of `path`, once the guard has allowed the place. */
  function guarded<Result>(path: string, change: (at: string) => Promise<Result>): Promise<Result> {
    return withDirectory(dirname(path), (real, at) => {
      const place = join(real, basename(path));
      if (!guard(place)) throw refused(place);
      return change(join(at, basename(path)));
    });
  }

  async function checkReadable(path: string): Promise<void> {
    if (readGuard === undefined) return;
    const place = join(await realDirectory(dirname(path)), basename(path));
    if (!readGuard(place)) throw refused(place);
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
    create: (path, content, { like }) =>
      guarded(path, async (at) => {
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
        // Until it has the mode of its model, nobody else may read what may be a secret.
        await using file = await open(at, flags, like === null ? 0o666 : 0o600);
        await file.writeFile(content);
        if (like === null) return;
        // The owner first: changing it may take mode bits away. Not everybody may give files away.
        const { uid, gid } = like.owner;
        if (uid !== process.getuid?.() || gid !== process.getgid?.()) await file.chown(uid, gid).catch(() => undefined);
        await file.chmod(like.mode);
      }),
    overwrite: (path, content) =>
      guarded(path, async (at) => {
        await using file = await open(at, constants.O_WRONLY | NO_FOLLOW);
        if (!(await file.stat()).isFile()) throw refused(path);
        await file.truncate();
        await file.writeFile(content);
      }),
    link: (existing, name) => guarded(existing, (from) => guarded(name, (to) => link(from, to))),
    rename: (from, to) => guarded(from, (source) => guarded(to, (target) => rename(source, target))),
    remove: (path) => guarded(path, unlink),
    makeDirectory: (path) => guarded(path, (at) => mkdir(at)),
    removeDirectory: (path) => guarded(path, rmdir),
    sweep: (directory) =>
      withDirectory(directory, (real, at) => sweepDirectory(at, (name) => guard(join(real, name)))).catch(
        () => undefined,
      ),
  };
}

/** Not on Windows, where links are rare and need rights. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

function fileStat(stats: Stats): FileStat {
  const type = stats.isFile()
    ? "file"
    : stats.isDirectory()
      ? "directory"
      : stats.isSymbolicLink()
        ? "symlink"
        : "other";
  return { type, mode: stats.mode & 0o7777, links: stats.nlink, owner: { uid: stats.uid, gid: stats.gid } };
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
