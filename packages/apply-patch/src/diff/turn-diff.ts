import type { FileChange, FileState } from "./file-state.ts";
import { formatFileDiff, type FileDiffInput } from "./git-format.ts";

/** The diff of a turn: what all steps together changed, against the state before the first of them. */
export interface TurnDiff {
  /** Adds the changes of one step, in order. */
  record(changes: readonly FileChange[]): void;
  /**
   * A git diff of everything recorded, files in the order of their displayed paths; empty when nothing differs from the
   * beginning. For UTF-8 texts `git apply` takes the state before the turn to the state after it.
   */
  render(): string;
}

/**
 * Accumulates the diff of a turn. `displayPath` names a file in the diff (relative to the repository, else absolute, `/`
 * between components), `blobId` gives the 40 hexadecimal digits of git's blob id of a content.
 * Source: engine spec, section 19.
 */
export function createTurnDiff(options: {
  readonly displayPath: (path: string) => string;
  readonly blobId: (content: Uint8Array) => string;
}): TurnDiff {
  const files = new Map<string, TrackedFile>();
  const rendered = new Map<string, RenderedFile>();

  function track(path: string, before: FileState | null): TrackedFile {
    let file = files.get(path);
    if (file === undefined) files.set(path, (file = { before, now: before, origin: path }));
    return file;
  }

  function recordOne({ path, movePath, before, after }: FileChange): void {
    const source = track(path, before);
    if (movePath === null) {
      source.now = after;
      if (after === null) source.origin = path;
      return;
    }
    const target = track(movePath, null);
    target.now = after;
    target.origin = source.origin;
    source.now = null;
    source.origin = path;
  }

  /** Where the file at `path` was before the turn, if it is a rename in git's sense: one file gone, one that is new. */
  function renamedFrom(path: string, file: TrackedFile): string | null {
    if (file.origin === path || file.before !== null || file.now === null) return null;
    const origin = files.get(file.origin);
    if (origin === undefined || origin.before === null || origin.now !== null) return null;
    return isLink(origin.before) === isLink(file.now) ? file.origin : null;
  }

  function renderFile(input: FileDiffInput): string {
    const key = `${input.oldPath}\0${input.newPath}`;
    const known = rendered.get(key);
    if (known?.before === input.before && known.after === input.after) return known.text;
    const text = formatFileDiff(input, options.blobId);
    rendered.set(key, { before: input.before, after: input.after, text });
    return text;
  }

  return {
    record(changes) {
      for (const change of changes) recordOne(change);
    },
    render() {
      const inputs: FileDiffInput[] = [];
      const gone = new Set<string>();
      for (const [path, file] of files) {
        const origin = renamedFrom(path, file);
        if (origin === null || gone.has(origin)) continue;
        gone.add(origin).add(path);
        const before = files.get(origin)?.before ?? null;
        const [oldPath, newPath] = [options.displayPath(origin), options.displayPath(path)];
        inputs.push({ oldPath, newPath, before, after: file.now });
      }
      for (const [path, { before, now }] of files) {
        if (gone.has(path)) continue;
        const shown = options.displayPath(path);
        inputs.push(...withoutTypeChange({ oldPath: shown, newPath: shown, before, after: now }));
      }
      return inputs
        .toSorted((left, right) => compareText(left.newPath, right.newPath))
        .map(renderFile)
        .join("");
    },
  };
}

interface TrackedFile {
  /** Before the turn. */
  readonly before: FileState | null;
  now: FileState | null;
  /** The path, before the turn, of the file that is here now. */
  origin: string;
}

interface RenderedFile {
  readonly before: FileState | null;
  readonly after: FileState | null;
  readonly text: string;
}

/** git has no diff between a file and a link: the one goes, the other comes. */
function withoutTypeChange(input: FileDiffInput): FileDiffInput[] {
  const { before, after } = input;
  if (before === null || after === null || isLink(before) === isLink(after)) return [input];
  return [
    { ...input, after: null },
    { ...input, before: null },
  ];
}

function isLink(state: FileState): boolean {
  return state.mode === "120000";
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
