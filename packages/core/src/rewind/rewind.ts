import type { SandboxPolicy } from "@heddle/sandbox";
import type { TurnId } from "@heddle/protocol";
import { lstatSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { readGuardOf } from "../files/hidden-files.ts";
import type { ThreadEvent } from "../thread/events.ts";
import { applyRewind, type RewindResult } from "./apply-rewind.ts";
import { blobName, createBlobStore, type BlobStore } from "./blob-store.ts";
import { decodeChangeSet } from "./change-set.ts";
import type { FileVersion } from "./file-version.ts";
import { planRewind, type RewindPlan } from "./plan-rewind.ts";
import { createChangeRecorder, type ChangeRecorder, type RecordedChanges } from "./recorder.ts";
import { createWorkTree, type WorkTree } from "./tree.ts";
import { DEFAULT_LIMITS, type TreeLimits } from "./tree-limits.ts";
import { createWatchHub } from "./watch-hub.ts";

/** Where a turn may change files. */
export interface TurnPlace {
  readonly turnId: TurnId;
  readonly cwd: string;
  readonly policy: SandboxPolicy;
  /** Files and folders, absolute, that nothing may be kept of. */
  readonly hidden: readonly string[];
  readonly emit: (event: ThreadEvent) => void;
}

/** What an engine keeps of the files that its turns change, for all its threads. */
export interface FileRewinds {
  /** For one turn. */
  recorder(place: TurnPlace): ChangeRecorder;
  /** What taking these changes back would do; touches nothing. @param recorded oldest first. */
  plan(recorded: readonly RecordedChanges[]): Promise<RewindPlan>;
  /** Does what a plan without conflicts says. */
  apply(plan: RewindPlan): Promise<RewindResult>;
  /** A kept content; null when it is kept no more. */
  content(version: FileVersion): Promise<Buffer | null>;
  /** Stops watching. Idempotent. */
  close(): void;
}

/** Name of the folder below the home. Deleting it costs what could be taken back, nothing else. */
const REWIND_FOLDER = "rewind";
/** Trees that are watched at a time: the oldest rests when one more is needed. */
const MAX_TREES = 8;

export function createFileRewinds(options: {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => Date;
  readonly limits?: TreeLimits;
}): FileRewinds {
  return new HomeRewinds(options);
}

class HomeRewinds implements FileRewinds {
  readonly #options: Parameters<typeof createFileRewinds>[0];
  readonly #blobs: BlobStore;
  readonly #hub: ReturnType<typeof createWatchHub>;
  readonly #trees = new Map<string, WorkTree>();
  readonly #told = new Set<string>();
  #pruned = false;

  constructor(options: Parameters<typeof createFileRewinds>[0]) {
    const folder = join(options.home, REWIND_FOLDER);
    this.#options = options;
    this.#blobs = createBlobStore({ folder: join(folder, "blobs"), clock: options.clock });
    this.#hub = createWatchHub(join(folder, "pulse"));
  }

  recorder({ turnId, cwd, policy, hidden, emit }: TurnPlace): ChangeRecorder {
    const warn = (message: string): void => {
      if (this.#told.has(message)) return;
      this.#told.add(message);
      emit({ type: "warning", turnId, message });
    };
    return createChangeRecorder({
      turnId,
      trees: () => rootsOf(cwd, policy).map((root) => this.#tree(root, hidden)),
      blobs: this.#blobs,
      onRecorded: (recorded) => {
        emit({ type: "filesChanged", ...recorded });
        this.#pruneOnce();
      },
      onUncovered: (places) => {
        if (places.length > 0) warn(describeUncovered(places));
      },
      onFailed: (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        warn(`what this turn changes cannot be taken back later: ${reason}`);
      },
    });
  }

  async plan(recorded: readonly RecordedChanges[]): Promise<RewindPlan> {
    const changes = await Promise.all(
      recorded.map(async ({ turnId, changes: name }) => {
        const bytes = await this.#blobs.get(name);
        return { turnId, set: bytes === null ? null : decodeChangeSet(bytes) };
      }),
    );
    return planRewind(changes, currentVersion);
  }

  apply(plan: RewindPlan): Promise<RewindResult> {
    return applyRewind(plan, this.#blobs);
  }

  content({ blob }: FileVersion): Promise<Buffer | null> {
    return blob === null ? Promise.resolve(null) : this.#blobs.get(blob);
  }

  close(): void {
    for (const tree of this.#trees.values()) tree.dispose();
    this.#trees.clear();
    this.#hub.close();
  }

  #tree(root: string, hidden: readonly string[]): WorkTree {
    const key = JSON.stringify([root, hidden]);
    const known = this.#trees.get(key);
    this.#trees.delete(key); // and behind all others again: the first is the one that rests next
    const { env, clock, home } = this.#options;
    const readable = readGuardOf([home, ...hidden]);
    const tree =
      known ??
      createWorkTree({
        root,
        isHidden: (path) => !readable(path),
        blobs: this.#blobs,
        hub: this.#hub,
        env,
        clock,
        limits: this.#options.limits ?? DEFAULT_LIMITS,
      });
    this.#trees.set(key, tree);
    for (const [oldest, resting] of this.#trees) {
      if (this.#trees.size <= MAX_TREES) break;
      resting.dispose();
      this.#trees.delete(oldest);
    }
    return tree;
  }

  #pruneOnce(): void {
    if (this.#pruned) return;
    this.#pruned = true;
    void this.#blobs.prune();
  }
}

/** The folders that a turn's commands may change and that are covered; none inside another. Temporary ones are not. */
function rootsOf(cwd: string, policy: SandboxPolicy): string[] {
  const named = policy.type === "workspace-write" ? policy.writableRoots.map((root) => resolve(cwd, root)) : [];
  const roots = [...new Set([cwd, ...named].map(realPath))];
  return roots.filter((root) => !roots.some((other) => other !== root && isBelow(root, other)));
}

function isBelow(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside !== "" && !isAbsolute(inside) && inside.split(sep, 1)[0] !== "..";
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // not there: nothing to cover
  }
}

/** What stands at a path now, with the name of its content. */
function currentVersion(path: string): FileVersion | "other" | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const known = { mode: stats.mode & 0o7777, sizeBytes: stats.size, mtimeMs: stats.mtimeMs };
  if (stats.isSymbolicLink()) return { kind: "symlink", ...known, blob: blobName(readlinkSync(path, "buffer")) };
  if (!stats.isFile()) return "other";
  const blob = stats.size > DEFAULT_LIMITS.maxFileBytes ? null : blobName(readFileSync(path));
  return { kind: "file", ...known, blob };
}

/** How many places a warning names. */
const NAMED_PLACES = 3;

function describeUncovered(places: readonly string[]): string {
  const named = places.slice(0, NAMED_PLACES).join(", ");
  const more = places.length > NAMED_PLACES ? ` and ${places.length - NAMED_PLACES} more` : "";
  return `undo does not cover everything that commands change here: ${named}${more}`;
}
