import { foldersAbove } from "@heddle/core";
import { spawn } from "node:child_process";
import { access, readdir, realpath, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/**
 * Lists the files below a folder: relative paths, each ended by a NUL byte, in pieces that may end anywhere. Rejects when
 * `signal` fires.
 */
export type ListFiles = (
  root: string,
  options: { readonly signal: AbortSignal; readonly onPiece: (piece: Uint8Array) => void },
) => Promise<void>;

/** About a million paths; what is beyond is not found. */
const MAX_BYTES = 64 * 1024 * 1024;

/** What programs need to find a person's own ignore rules. */
type Env = Readonly<Record<string, string | undefined>>;

/**
 * Lists with ripgrep: hidden files too, without what Git ignores inside repositories, and without Git's own folder.
 * @param ripgrep absolute path of the program.
 */
export function listWithRipgrep(ripgrep: string, env: Env): ListFiles {
  const threads = ["--threads", String(threadsFor(availableParallelism()))];
  const flags = ["--files", "--null", "--hidden", "--follow", "--no-config", "--no-messages", "--glob", "!.git"];
  return async (root, options) => {
    try {
      const parents = (await hasRulesAbove(root)) ? [] : ["--no-ignore-parent"];
      await run(ripgrep, [...flags, ...threads, ...parents], { cwd: root, env, ...options });
    } catch (error) {
      // What is told of a folder that is gone, or none, is what is told of a program that is.
      if (await isFolder(root)) throw error;
    }
  };
}

/**
 * One processor is left to what indexes and ranks meanwhile. A single thread takes half the time of two in sum, as it
 * writes what it finds itself; only with several does ripgrep end sooner.
 */
function threadsFor(processors: number): number {
  return processors < 4 ? 1 : Math.min(processors - 1, 8);
}

/**
 * Whether a folder further up may have a say in what is ignored: a repository, or a file of rules. Where there is none
 * ripgrep need not look for each path, which saves it an eighth of its time.
 */
async function hasRulesAbove(root: string): Promise<boolean> {
  const names = [".git", ".gitignore", ".ignore", ".rgignore"];
  const [, ...above] = foldersAbove(await realpath(root).catch(() => root));
  const files = above.flatMap((parent) => names.map((name) => join(parent, name)));
  const found = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        (error: unknown) => !(error instanceof Error && "code" in error && error.code === "ENOENT"),
      ),
    ),
  );
  return found.includes(true);
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Lists without ripgrep, slower: Git lists its repositories, what is outside of them is walked. */
export function listByWalking(env: Env): ListFiles {
  return async (root, { signal, onPiece }) => {
    let length = 0;
    const folders = [""];
    const add = (bytes: Uint8Array): void => {
      onPiece(bytes);
      length += bytes.length;
      if (length >= MAX_BYTES) folders.length = 0;
    };
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      signal.throwIfAborted();
      const prefix = folder === "" ? "" : `${folder}/`;
      const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
      const isRepository = folder === "" || entries.some(({ name }) => name === ".git");
      const listed = isRepository ? await listRepository(join(root, folder), { env, signal }) : null;
      if (listed !== null) {
        add(prefixed(listed, prefix));
        continue;
      }
      for (const entry of entries) if (entry.isDirectory()) folders.push(`${prefix}${entry.name}`);
      const files = entries.filter((entry) => !entry.isDirectory());
      add(Buffer.from(files.map(({ name }) => `${prefix}${name}\0`).join("")));
    }
  };
}

/** What Git knows, and what it does not ignore, below a folder of a repository; null outside of one. */
async function listRepository(
  cwd: string,
  { env, signal }: { readonly env: Env; readonly signal: AbortSignal },
): Promise<Uint8Array | null> {
  // A repository may name a program that watches its files: it is not run.
  const flags = ["-c", "core.fsmonitor=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const pieces: Uint8Array[] = [];
  const onPiece = (piece: Uint8Array): void => void pieces.push(piece);
  const code = await run("git", flags, { cwd, env, signal, onPiece }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof Error && "code" in error) return null; // no git here
    throw error;
  });
  return code === 0 ? Buffer.concat(pieces) : null;
}

function prefixed(listing: Uint8Array, prefix: string): Uint8Array {
  if (prefix === "") return listing;
  const paths = Buffer.from(listing.buffer, listing.byteOffset, listing.length).toString("latin1").split("\0");
  const start = Buffer.from(prefix).toString("latin1");
  return Buffer.from(paths.map((path) => (path === "" ? "" : `${start}${path}\0`)).join(""), "latin1");
}

/**
 * Runs a program and hands on what it prints, up to the limit; it ends early there.
 * @returns its exit code, null when it was ended. @throws the reason of `signal`; Error when it cannot run.
 */
function run(
  program: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Env;
    readonly signal: AbortSignal;
    readonly onPiece: (piece: Uint8Array) => void;
  },
): Promise<number | null> {
  const { cwd, env, signal, onPiece } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
    let length = 0;
    const stop = (): void => void child.kill("SIGKILL");
    signal.addEventListener("abort", stop, { once: true });
    child.stdout.on("data", (piece: Uint8Array) => {
      if (length >= MAX_BYTES) return;
      onPiece(piece);
      length += piece.length;
      if (length >= MAX_BYTES) stop();
    });
    child.on("error", (error) => {
      signal.removeEventListener("abort", stop);
      reject(error);
    });
    child.on("close", (code) => {
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason);
      else resolve(code);
    });
  });
}
