import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isAlive, ownerName } from "../owner.ts";
import { errorCode } from "../process/program.ts";
import { SandboxError } from "../sandbox-error.ts";

/** What one command holds. */
export interface PlaceholderLease {
  /** Those of the absent paths that are there now, to be mounted upon. */
  readonly made: readonly string[];
  /** To be called once the command has ended; placeholders that nobody else uses are gone then. */
  release(): void;
}

/** A note of which placeholders a process uses: a file with their list, replaced in one step. */
interface UseRecord {
  /** `<process id>.<start time>.<id>`, and while it is being replaced with an ending. */
  readonly name: string;
  readonly paths: readonly string[];
}

/**
 * Empty folders that stand in for protected paths which do not exist, so that there is something to mount upon. Each is
 * removed with its last user. What a process uses is on record in a folder of ours: no process removes what another one
 * uses, and what a killed process leaves behind is removed at the next start.
 *
 * The record is written when a path gets its first user or loses its last, not for every command: with 100 commands at
 * once in one workspace that was 1.5 ms of each.
 */
export class Placeholders {
  readonly #folder: string;
  /** Tells us from earlier processes with the same id, and from other owners in the same process. */
  readonly #owner = ownerName();
  readonly #users = new Map<string, number>();

  /** `folder` is made when it is missing; leftovers recorded there are removed. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const [alive, dead] = partition(this.#records(), ({ name }) => isAlive(name));
    const used = new Set(alive.flatMap(({ paths }) => paths));
    for (const { name, paths } of dead) {
      for (const path of paths) if (!used.has(path)) removeQuietly(rmdirSync, path);
      removeQuietly(unlinkSync, join(folder, name));
    }
  }

  /**
   * Makes what is absent, and joins the users of those placeholders that are there already.
   * @throws SandboxError `unenforceable` for a path that cannot be kept from being made.
   */
  lease({
    absent,
    existing,
  }: {
    readonly absent: readonly string[];
    readonly existing: readonly string[];
  }): PlaceholderLease {
    const joined = this.#placeholdersAmong(existing);
    const paths = [...absent, ...joined];
    if (paths.length === 0) return { made: [], release() {} };
    const first = paths.filter((path) => !this.#users.has(path));
    for (const path of paths) this.#users.set(path, (this.#users.get(path) ?? 0) + 1);
    if (first.length > 0) this.#writeRecord();
    const release = (): void => this.#release(paths);
    try {
      return { made: absent.filter(makeFolder), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #release(paths: readonly string[]): void {
    const unused = paths.filter((path) => {
      const users = (this.#users.get(path) ?? 1) - 1;
      if (users > 0) this.#users.set(path, users);
      else this.#users.delete(path);
      return users === 0;
    });
    if (unused.length === 0) return;
    // A process that starts to use one of them right now is missed: it then finds nothing to mount upon, and runs nothing.
    const used = this.#usedByOthers();
    for (const path of unused) {
      if (!used.has(path)) removeQuietly(rmdirSync, path); // leaves a folder alone that somebody has filled
    }
    // Last: whoever is killed before has them on record, and the next start removes them.
    this.#writeRecord();
  }

  /** Replaces our record in one step; without users there is none. */
  #writeRecord(): void {
    const record = join(this.#folder, this.#owner);
    if (this.#users.size === 0) {
      removeQuietly(unlinkSync, record);
      return;
    }
    const draft = `${record}.new`;
    writeFileSync(draft, JSON.stringify([...this.#users.keys()]), { mode: 0o600 });
    renameSync(draft, record);
  }

  #placeholdersAmong(existing: readonly string[]): string[] {
    if (existing.every((path) => this.#users.has(path))) return [...existing];
    const used = this.#usedByOthers();
    return existing.filter((path) => this.#users.has(path) || used.has(path));
  }

  #usedByOthers(): Set<string> {
    const isOther = (name: string): boolean => !name.startsWith(this.#owner) && isAlive(name);
    return new Set(this.#records(isOther).flatMap(({ paths }) => paths));
  }

  #records(isWanted: (name: string) => boolean = () => true): UseRecord[] {
    return readdirSync(this.#folder)
      .filter(isWanted)
      .flatMap((name) => {
        const paths = readRecord(join(this.#folder, name));
        return paths === null ? [] : [{ name, paths }];
      });
  }
}

/** False when the folder cannot be made by anybody with our rights. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o755 });
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return true;
    if (code === "EROFS" || (code === "EACCES" && !isOurs(dirname(path)))) return false;
    throw new SandboxError(
      { kind: "unenforceable", path, reason: `it does not exist and cannot be kept from being made (${code})` },
      { cause: error },
    );
  }
}

/** Whether the mode of a folder is no obstacle to a command, which could change it. */
function isOurs(folder: string): boolean {
  return statSync(folder).uid === process.getuid?.();
}

/** Null when the record is gone, or is none of ours. */
function readRecord(path: string): string[] | null {
  try {
    const list: unknown = JSON.parse(readFileSync(path, "utf8"));
    return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === "string") : null;
  } catch {
    return null;
  }
}

function removeQuietly(remove: (path: string) => void, path: string): void {
  try {
    remove(path);
  } catch {
    // Gone already, or in use by somebody else: then it is theirs to remove.
  }
}

function partition<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
