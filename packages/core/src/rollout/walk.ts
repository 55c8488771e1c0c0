import { readdirSync } from "node:fs";
import { join } from "node:path";
import { dateFolder, parseRolloutName, SESSIONS_FOLDER, type RolloutName } from "./path.ts";
import { hasCode } from "./rollout-error.ts";

/** A rollout that is there, as its name tells. */
export interface RolloutFile extends RolloutName {
  readonly path: string;
  readonly name: string;
}

/** A place in the order of rollouts: newest first by the time in the name, then by id. */
export type RolloutPosition = RolloutName;

/**
 * The rollouts below `<home>/sessions`, newest first, behind `after` when it is given. Folders are read as the walk
 * gets to them, so that the first page of a list reads the newest ones only. Without the folder there are none.
 */
export function* walkRollouts(home: string, after: RolloutPosition | null): Generator<RolloutFile, void, undefined> {
  const root = join(home, SESSIONS_FOLDER);
  const until = after?.timestamp.slice(0, "YYYY-MM-DD".length).split("-") ?? [];
  for (const year of numberedFolders(root, 4, until[0])) {
    const untilMonth = year === until[0] ? until[1] : undefined;
    for (const month of numberedFolders(join(root, year), 2, untilMonth)) {
      const untilDay = untilMonth !== undefined && month === untilMonth ? until[2] : undefined;
      for (const day of numberedFolders(join(root, year, month), 2, untilDay)) {
        yield* rolloutsOfDay(join(root, year, month, day), after);
      }
    }
  }
}

/**
 * The rollout of a thread, null when there is none. The ids of threads begin with their time, so that the folder of
 * that day is looked at first; the others are searched for threads of another origin.
 */
export function findRollout(home: string, threadId: string): string | null {
  const id = threadId.toLowerCase();
  const root = join(home, SESSIONS_FOLDER);
  for (const day of likelyDays(id)) {
    const folder = join(root, ...dateFolder(day));
    for (const name of readFolder(folder)) {
      if (parseRolloutName(name)?.threadId === id) return join(folder, name);
    }
  }
  for (const file of walkRollouts(home, null)) if (file.threadId === id) return file.path;
  return null;
}

const DAY_MS = 24 * 3600 * 1000;

/** The day in a version 7 UUID and its neighbours: the process that made the folder may live in another time zone. */
function likelyDays(id: string): Date[] {
  if (id[14] !== "7") return [];
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return Number.isNaN(ms) ? [] : [ms, ms - DAY_MS, ms + DAY_MS].map((at) => new Date(at));
}

/** Greatest first; `until` leaves out what is greater. */
function numberedFolders(parent: string, digits: number, until: string | undefined): string[] {
  return readFolder(parent)
    .filter((name) => name.length === digits && /^\d+$/.test(name) && (until === undefined || name <= until))
    .sort()
    .reverse();
}

function* rolloutsOfDay(folder: string, after: RolloutPosition | null): Generator<RolloutFile, void, undefined> {
  // The name is `rollout-<time>-<id>.jsonl`, so that names sort as positions do.
  for (const name of readFolder(folder).sort().reverse()) {
    const parsed = parseRolloutName(name);
    if (parsed === null || (after !== null && !isBehind(parsed, after))) continue;
    yield { ...parsed, name, path: join(folder, name) };
  }
}

function isBehind(position: RolloutPosition, mark: RolloutPosition): boolean {
  return position.timestamp === mark.timestamp
    ? position.threadId < mark.threadId
    : position.timestamp < mark.timestamp;
}

/** @throws the error of the file system, unless the folder is not there or no folder. */
function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
    throw error;
  }
}
