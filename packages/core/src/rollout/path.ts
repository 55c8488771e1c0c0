import { join } from "node:path";

/** Name of the folder below the home that holds the rollouts of live threads. */
export const SESSIONS_FOLDER = "sessions";
/** Name of the folder below the home that holds the rollouts of archived threads, without folders in it. */
export const ARCHIVE_FOLDER = "archived_sessions";

/** What the name of a rollout tells. */
export interface RolloutName {
  /** Local time of the thread's start, `YYYY-MM-DDThh-mm-ss`. */
  readonly timestamp: string;
  readonly threadId: string;
}

const NAME =
  /^rollout-(?<timestamp>\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})-(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/i;

/** Where the rollout of a thread that starts `now` belongs. The name has local time. Source: engine spec, section 21.1. */
export function rolloutPath(home: string, threadId: string, now: Date): string {
  const [year, month, day] = dateFolder(now);
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(twoDigits).join("-");
  const name = rolloutName({ timestamp: `${year}-${month}-${day}T${time}`, threadId });
  return join(home, SESSIONS_FOLDER, year, month, day, name);
}

/** Where the rollout of this name belongs when its thread is live. */
export function pathOfName(home: string, name: RolloutName): string {
  const [year = "", month = "", day = ""] = name.timestamp.slice(0, "YYYY-MM-DD".length).split("-");
  return join(home, SESSIONS_FOLDER, year, month, day, rolloutName(name));
}

/** The name of a rollout. Names sort as their threads do, by time and then by id. */
export function rolloutName({ timestamp, threadId }: RolloutName): string {
  return `rollout-${timestamp}-${threadId}.jsonl`;
}

/** Reads the name of a file; null when it is not that of a rollout. */
export function parseRolloutName(name: string): RolloutName | null {
  const groups = NAME.exec(name)?.groups;
  const timestamp = groups?.["timestamp"];
  const id = groups?.["id"];
  return timestamp === undefined || id === undefined ? null : { timestamp, threadId: id.toLowerCase() };
}

/** The folders of a day below `sessions`, in local time: year, month, day. */
export function dateFolder(day: Date): readonly [year: string, month: string, day: string] {
  return [String(day.getFullYear()).padStart(4, "0"), twoDigits(day.getMonth() + 1), twoDigits(day.getDate())];
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
