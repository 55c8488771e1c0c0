import type { FileChange, FileState } from "@heddle/apply-patch";
import type { TurnId } from "@heddle/protocol";
import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import type { BlobStore } from "./blob-store.ts";
import { encodeChangeSet } from "./change-set.ts";
import type { ChangeSet, FileChangeRecord, FileVersion } from "./file-version.ts";
import type { ChangeWindow, WorkTree } from "./tree.ts";

/** Keeps what a turn changes in files, so that it can be taken back. */
export interface ChangeRecorder {
  /**
   * Looks at the trees soon, so that a command need not wait for it: while a model thinks there is time. A turn that is
   * over before costs nothing. @returns the way to call it off.
   */
  prepareSoon(): () => void;
  /** Runs what may change any file below the roots of the turn, and records what it has changed. */
  aroundCommand<T>(run: () => Promise<T>): Promise<T>;
  /** Runs what changes these files, and records it unless `run` rejects. */
  aroundPatch<T>(effects: readonly FileChange[], run: () => Promise<T>): Promise<T>;
}

/** Records nothing: the feature is off. */
export const NO_RECORDER: ChangeRecorder = {
  prepareSoon: () => () => {},
  aroundCommand: (run) => run(),
  aroundPatch: (_, run) => run(),
};

/** What was recorded, as the log of the thread has it. */
export interface RecordedChanges {
  readonly turnId: TurnId;
  /** Name of the change set in the store. */
  readonly changes: string;
  /** How many files it is about. */
  readonly files: number;
}

/** A model that answers sooner has been asked something easy. */
const PREPARE_AFTER_MS = 150;

/** Records to a store. A store that cannot be written to costs the record and a warning, not the command. */
export function createChangeRecorder(options: {
  readonly turnId: TurnId;
  /** The trees that commands of the turn can write to, as far as they are covered. */
  readonly trees: () => readonly WorkTree[];
  readonly blobs: BlobStore;
  readonly onRecorded: (recorded: RecordedChanges) => void;
  readonly onUncovered: (places: readonly string[]) => void;
  readonly onFailed: (error: unknown) => void;
}): ChangeRecorder {
  const { turnId, trees, blobs, onRecorded, onUncovered, onFailed } = options;

  const record = (set: ChangeSet): void => {
    if (set.files.length + set.newFolders.length === 0) return;
    onRecorded({ turnId, changes: blobs.put(encodeChangeSet(set)), files: set.files.length });
  };
  return {
    prepareSoon() {
      const prepare = (): void => {
        for (const tree of trees()) void tree.prepare().catch(() => {}); // the command that needs it tells
      };
      const timer = setTimeout(prepare, PREPARE_AFTER_MS).unref();
      return () => clearTimeout(timer);
    },
    async aroundCommand(run) {
      const open = await Promise.all(trees().map(openTree));
      const windows = open.filter((window) => window !== null);
      const tellUncovered = (): void => onUncovered(windows.flatMap(({ tree }) => tree.uncovered));
      tellUncovered();
      try {
        return await run();
      } finally {
        try {
          record(merged(await Promise.all(windows.map(({ tree, window }) => tree.close(window)))));
          tellUncovered();
        } catch (error) {
          onFailed(error);
        }
      }
    },
    async aroundPatch(effects, run) {
      const before = recording(() => ({
        newFolders: missingFolders(effects),
        // Now: of a file that goes there is no mode to be seen afterwards.
        versions: effects.map(({ path, before: old }) => (old === null ? null : versionOf(path, old, blobs))),
      }));
      const result = await run();
      recording(() => {
        if (before === null) return;
        const files = effects.flatMap((effect, at) => patchedFiles(effect, before.versions[at] ?? null, blobs));
        record({ files, newFolders: before.newFolders });
      });
      return result;
    },
  };

  async function openTree(tree: WorkTree): Promise<{ readonly tree: WorkTree; readonly window: ChangeWindow } | null> {
    try {
      return { tree, window: await tree.open() };
    } catch (error) {
      onFailed(error);
      return null;
    }
  }

  function recording<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      onFailed(error);
      return null;
    }
  }
}

function merged(sets: readonly ChangeSet[]): ChangeSet {
  return {
    files: sets.flatMap(({ files }) => files),
    newFolders: sets.flatMap(({ newFolders }) => newFolders),
  };
}

/** A moved file is one that goes and one that comes. */
function patchedFiles(
  { path, movePath, after }: FileChange,
  before: FileVersion | null,
  blobs: BlobStore,
): FileChangeRecord[] {
  const target = movePath ?? path;
  const now = after === null ? null : versionOf(target, after, blobs);
  if (target === path) return [{ path, before, after: now }];
  return [
    { path, before, after: null },
    { path: target, before: null, after: now },
  ];
}

/** The mode is that of the file as it stands now: a patch that changes one keeps its mode. */
function versionOf(path: string, { content, mode }: FileState, blobs: BlobStore): FileVersion {
  const kind = mode === "120000" ? "symlink" : "file";
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const plain = mode === "100755" ? 0o755 : 0o644;
  return {
    kind,
    mode: stats?.isFile() === true ? stats.mode & 0o7777 : plain,
    sizeBytes: content.length,
    mtimeMs: stats?.mtimeMs ?? 0,
    blob: blobs.put(content),
  };
}

/** The folders above new files that are not there yet, those above first. */
function missingFolders(effects: readonly FileChange[]): string[] {
  const missing = new Set<string>();
  for (const { path, movePath, after } of effects) {
    if (after === null) continue;
    const above: string[] = [];
    for (let folder = dirname(movePath ?? path); ; folder = dirname(folder)) {
      if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined || dirname(folder) === folder) break;
      above.unshift(folder);
    }
    for (const folder of above) missing.add(folder);
  }
  return [...missing];
}
