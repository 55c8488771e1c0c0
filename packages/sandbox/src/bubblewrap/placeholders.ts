import { createHash, randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { errorCode } from "../process/program.ts";
import { SandboxError } from "../sandbox-error.ts";

/** What one command holds. */
export interface PlaceholderLease {
  /** Those of the absent paths that are there now, to be mounted upon. */
  readonly made: readonly string[];
  /** To be called once the command has ended; placeholders that nobody else uses are gone then. */
  release(): void;
}

/** Who uses a placeholder: the name of a record, a link to the placeholder, without the hash of its path. */
interface Record {
  readonly name: string;
  readonly path: string;
}

/**
 * Empty folders that stand in for protected paths which do not exist, so that there is something to mount upon. They are
 * counted per path, and removed with their last user. Every user is on record in a folder of ours: another process does
 * not remove what this one uses, and what a killed process leaves behind is removed at the next start.
 */
export class Placeholders {
  readonly #folder: string;
  /** Tells this owner from other processes, earlier ones with the same id, and others in the same process. */
  readonly #owner = `${process.pid}.${startTimeOf(process.pid) ?? 0}.${randomUUID().slice(0, 8)}`;
  readonly #users = new Map<string, number>();

  /** `folder` is made when it is missing; leftovers recorded there are removed. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { name, path } of this.#records()) {
      if (isAlive(name)) continue;
      removeQuietly(unlinkSync, join(folder, name));
      this.#removeIfUnused(path);
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
    const held: string[] = [];
    const release = (): void => {
      for (const path of held.splice(0)) this.#leave(path);
    };
    try {
      const made = absent.filter((path) => {
        this.#enter(path);
        held.push(path);
        return makeFolder(path);
      });
      if (existing.length > 0) {
        const shared = new Set(this.#records().map(({ path }) => path));
        for (const path of existing.filter((path) => shared.has(path))) {
          this.#enter(path);
          held.push(path);
        }
      }
      return { made, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #enter(path: string): void {
    const users = this.#users.get(path) ?? 0;
    if (users === 0) symlinkSync(path, this.#recordOf(path));
    this.#users.set(path, users + 1);
  }

  #leave(path: string): void {
    const users = this.#users.get(path) ?? 0;
    if (users > 1) {
      this.#users.set(path, users - 1);
      return;
    }
    this.#users.delete(path);
    removeQuietly(unlinkSync, this.#recordOf(path));
    this.#removeIfUnused(path);
  }

  /** A placeholder that another process starts to use right now is missed; its sandbox then fails, and runs nothing. */
  #removeIfUnused(path: string): void {
    const isUsed = this.#records().some((record) => record.path === path && isAlive(record.name));
    if (!isUsed) removeQuietly(rmdirSync, path); // does nothing to a folder that somebody has filled
  }

  #records(): Record[] {
    const records: Record[] = [];
    for (const name of readdirSync(this.#folder)) {
      try {
        records.push({ name, path: readlinkSync(join(this.#folder, name)) });
      } catch {
        // Its owner has just removed it.
      }
    }
    return records;
  }

  #recordOf(path: string): string {
    return join(this.#folder, `${createHash("sha256").update(path).digest("hex").slice(0, 16)}.${this.#owner}`);
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

/** Whether the process in the name of a record still runs: same id, same start. */
function isAlive(recordName: string): boolean {
  const [, pid, startTime] = recordName.split(".");
  return startTimeOf(Number(pid)) === Number(startTime);
}

/** In clock ticks since the machine started; null when there is no such process. */
function startTimeOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; the 20th field behind it is the start.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
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
