import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ARCHIVE_FOLDER, dateFolder, parseRolloutName, SESSIONS_FOLDER } from "./path.ts";
import { hasCode } from "./rollout-error.ts";

/** A file that is named as a rollout is; `parseRolloutName` says whether it is one. */
export interface RolloutFile {
  readonly folder: string;
  readonly name: string;
}

/**
 * The rollouts below `<home>/sessions`, newest first: by the time in their name, then by id, which is the order of the
 * names. With `after`, those behind that name. Folders are read as the walk gets to them, so that the first page of a
 * list reads the newest ones only. Without the folder there are none.
 */
export function* walkRollouts(home: string, after: string | null): Generator<RolloutFile, void, undefined> {
  for (const folder of dayFolders(join(home, SESSIONS_FOLDER), after)) {
    for (const name of descending(readFolder(folder).filter(looksLikeRollout))) {
      if (after === null || name < after) yield { folder, name };
    }
  }
}

/** The archived rollouts, newest first; with `after`, those behind that name. */
export function* walkArchive(home: string, after: string | null): Generator<RolloutFile, void, undefined> {
  const folder = join(home, ARCHIVE_FOLDER);
  for (const name of descending(readFolder(folder).filter(looksLikeRollout))) {
    if (after === null || name < after) yield { folder, name };
  }
}

/** The archived rollout of a thread, null when there is none. */
export function findArchivedRollout(home: string, threadId: string): string | null {
  const id = threadId.toLowerCase();
  for (const { folder, name } of walkArchive(home, null)) {
    if (parseRolloutName(name)?.threadId === id) return join(folder, name);
  }
  return null;
}

/** The folders of the days, newest first, from the day of the rollout `after` on. */
function* dayFolders(root: string, after: string | null): Generator<string, void, undefined> {
  const [lastYear, lastMonth, lastDay] = after?.slice("rollout-".length).split(/[-T]/) ?? [];
  for (const year of numberedFolders(root, 4, lastYear)) {
    const isLastYear = year === lastYear;
    for (const month of numberedFolders(join(root, year), 2, isLastYear ? lastMonth : undefined)) {
      const isLastMonth = isLastYear && month === lastMonth;
      for (const day of numberedFolders(join(root, year, month), 2, isLastMonth ? lastDay : undefined)) {
        yield join(root, year, month, day);
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
  const isTheOne = (name: string): boolean => parseRolloutName(name)?.threadId === id;
  for (const day of likelyDays(id)) {
    const folder = join(home, SESSIONS_FOLDER, ...dateFolder(day));
    const name = readFolder(folder).find(isTheOne);
    if (name !== undefined) return join(folder, name);
  }
  for (const { folder, name } of walkRollouts(home, null)) if (isTheOne(name)) return join(folder, name);
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
  const isWanted = (name: string): boolean =>
    name.length === digits && /^\d+$/.test(name) && (until === undefined || name <= until);
  return descending(readFolder(parent).filter(isWanted));
}

/** Cheaper than reading the name: a list may pass thousands that it does not show. */
function looksLikeRollout(name: string): boolean {
  return name.startsWith("rollout-") && name.endsWith(".jsonl");
}

function descending(names: string[]): string[] {
  return names.sort().reverse();
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
