import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { readdir, readFile, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Contents by what they are: kept once, however many files have them. */
export interface BlobStore {
  /**
   * Keeps a content and gives its name, 64 hexadecimal digits. Synchronous, as it is called for many small files in a
   * row. @throws the error of the file system.
   */
  put(content: Uint8Array): string;
  /** A kept content; null when it is kept no more, or not as it was. */
  get(name: string): Promise<Buffer | null>;
  /**
   * Throws away what has not been needed for long, then the oldest until the rest fits; once a day is enough, and more
   * is not done. Never throws: what cannot be removed stays.
   */
  prune(): Promise<void>;
}

/** What is kept: for how long after it was last seen in a work tree, and how much in all. */
export interface Retention {
  readonly days: number;
  readonly maxBytes: number;
}

const DEFAULT_RETENTION: Retention = { days: 14, maxBytes: 1024 ** 3 };

/** Name of the file whose time tells when this was done last. */
const PRUNED = "pruned";
const DAY_MS = 24 * 3600 * 1000;

/** @param folder absolute; made when something is kept, readable by its owner alone. */
export function createBlobStore({
  folder,
  clock,
  retention: { days, maxBytes } = DEFAULT_RETENTION,
}: {
  readonly folder: string;
  readonly clock: () => Date;
  readonly retention?: Retention;
}): BlobStore {
  const pathOf = (name: string): string => join(folder, name.slice(0, 2), name.slice(2));
  return {
    put(content) {
      const name = blobName(content);
      const path = pathOf(name);
      const known = statSync(path, { throwIfNoEntry: false });
      if (known?.size === content.length) {
        touch(path, known.mtimeMs, clock());
        return name;
      }
      mkdirSync(join(folder, name.slice(0, 2)), { recursive: true, mode: 0o700 });
      writeWhole(path, content);
      return name;
    },
    async get(name) {
      const content = await readFile(pathOf(name)).catch(() => null);
      return content !== null && blobName(content) === name ? content : null;
    },
    async prune() {
      const mark = join(folder, PRUNED);
      const last = statSync(mark, { throwIfNoEntry: false });
      if (last !== undefined && clock().getTime() - last.mtimeMs < DAY_MS) return;
      await writeFile(mark, "", { mode: 0o600 }).catch(() => undefined);
      const files = await listBlobs(folder);
      const oldest = clock().getTime() - days * DAY_MS;
      let total = 0;
      // The newest first: what does not fit any more is what was needed longest ago.
      for (const { path, sizeBytes, mtimeMs } of files.toSorted((a, b) => b.mtimeMs - a.mtimeMs)) {
        total += sizeBytes;
        if (mtimeMs < oldest || total > maxBytes) await unlink(path).catch(() => undefined);
      }
    },
  };
}

/** The name of a content, whether it is kept or not. */
export function blobName(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Still needed: once a day is enough to say so. */
function touch(path: string, mtimeMs: number, now: Date): void {
  if (now.getTime() - mtimeMs > DAY_MS) utimesSync(path, now, now);
}

/** Beside its place and then in it: a crash leaves a whole content or none. */
function writeWhole(path: string, content: Uint8Array): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
  } catch (error) {
    try {
      unlinkSync(draft);
    } catch {
      // it was never made
    }
    throw error;
  }
}

interface StoredBlob {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

async function listBlobs(folder: string): Promise<StoredBlob[]> {
  const blobs: StoredBlob[] = [];
  for (const shard of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(join(folder, shard)).catch(() => [])) {
      const path = join(folder, shard, name);
      const stats = await stat(path).catch(() => null);
      if (stats !== null) blobs.push({ path, sizeBytes: stats.size, mtimeMs: stats.mtimeMs });
    }
  }
  return blobs;
}
