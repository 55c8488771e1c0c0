import type { WritePort } from "../file-port.ts";

/**
 * What a commit has done so far, so that it can be taken back: undo steps in the order of the deeds, and the files of
 * our own that must not stay.
 */
export interface Journal {
  /** Notes a deed. `oldContent` tells people where the content from before is, should the undo fail. */
  done(deed: { readonly path: string; readonly oldContent: string | null; readonly undo: () => Promise<void> }): void;
  /** Notes a temporary file. */
  keepTemporary(path: string): void;
  /** The temporary file is none any more. */
  dropTemporary(path: string): void;
  /** Undoes everything, the last deed first. Returns what could not be undone, in words; never throws. */
  rollBack(): Promise<readonly string[]>;
  /** Removes the temporary files. Never throws: one that cannot be removed is recognised by its name later. */
  cleanUp(): Promise<void>;
}

/** An empty journal of changes made through `files`. */
export function createJournal(files: WritePort): Journal {
  const deeds: Parameters<Journal["done"]>[0][] = [];
  const temporary = new Set<string>();

  async function cleanUp(): Promise<void> {
    for (const path of temporary) await files.remove(path).catch(() => undefined);
    temporary.clear();
  }

  return {
    done: (deed) => void deeds.push(deed),
    keepTemporary: (path) => void temporary.add(path),
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
      await cleanUp();
      return unrestored;
    },
    cleanUp,
  };
}
