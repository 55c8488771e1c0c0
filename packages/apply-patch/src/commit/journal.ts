import type { WritePort } from "../file-port.ts";

/**
 * What a commit has done so far, so that it can be taken back: its deeds in their order, and the files of our own that
 * must not stay.
 */
export interface Journal {
  /** Notes a deed. `oldContent` tells people where the content from before is, should the undo fail. */
  done(deed: Deed): void;
  /** Notes a temporary file, before it is made. */
  keepTemporary(path: string): void;
  /** The file is gone, or none of ours any more. */
  dropTemporary(path: string): void;
  /** Undoes everything, the last deed first. Returns what could not be undone, in words; never throws. */
  rollBack(): Promise<readonly string[]>;
  /** Removes the temporary files. Never throws: one that cannot be removed is recognised by its name later. */
  cleanUp(): Promise<void>;
}

/** A change to the tree, and how to undo it. */
interface Deed {
  readonly path: string;
  readonly oldContent: string | null;
  readonly undo: () => Promise<void>;
}

/** An empty journal of changes made through `files`. */
export function createJournal(files: WritePort): Journal {
  const deeds: Deed[] = [];
  const temporary = new Set<string>();

  async function removeTemporary(path: string): Promise<void> {
    if (temporary.delete(path)) await files.remove(path).catch(() => undefined);
  }

  return {
    done: (deed) => void deeds.push(deed),
    keepTemporary(path) {
      temporary.add(path);
      // In its turn, because the directory that it is in may be one to undo.
      deeds.push({ path, oldContent: null, undo: () => removeTemporary(path) });
    },
    dropTemporary: (path) => void temporary.delete(path),
    async rollBack() {
      const unrestored: string[] = [];
      for (let deed = deeds.pop(); deed !== undefined; deed = deeds.pop()) {
        try {
          await deed.undo();
        } catch {
          const { path, oldContent } = deed;
          if (oldContent !== null) temporary.delete(oldContent);
          unrestored.push(oldContent === null ? path : `${path} (its old content: ${oldContent})`);
        }
      }
      return unrestored;
    },
    async cleanUp() {
      for (const path of temporary) await removeTemporary(path);
    },
  };
}
