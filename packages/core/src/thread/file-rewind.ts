import { createTurnDiff, type FileState } from "@heddle/apply-patch";
import type { ThreadId, TurnId } from "@heddle/protocol";
import { relative, sep } from "node:path";
import { blobId } from "../git/blob-id.ts";
import type { FileVersion } from "../rewind/file-version.ts";
import type { FileRewind, RewindConflict, RewindPlan } from "../rewind/plan-rewind.ts";
import type { RecordedChanges } from "../rewind/recorder.ts";
import type { FileRewinds } from "../rewind/rewind.ts";
import type { RolloutLine } from "../rollout/reader.ts";
import { EngineError } from "../engine-error.ts";
import type { StoredEvent } from "./events.ts";
import { eventsIn } from "./restore.ts";

/** What taking files back came to, or would come to. */
export interface FileRewindOutcome {
  /**
   * `planned`: it was only asked about; `refused`: nothing was touched, since `conflicts` names files that somebody else
   * may need; `failed`: the files could not be written, and are as they were.
   */
  readonly status: "done" | "planned" | "refused" | "failed" | "nothingToDo";
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
  /** The turns whose changes these are, oldest first. */
  readonly turnIds: readonly TurnId[];
  readonly files: readonly { readonly path: string; readonly kind: "add" | "delete" | "update" }[];
  readonly conflicts: readonly RewindConflict[];
  /** Turns that changed files of which nothing is kept any more. */
  readonly forgotten: readonly TurnId[];
  /** What changes in the files, as git shows it; empty where it would be longer than a person reads. */
  readonly diff: string;
}

/** Which changes are taken back. */
export interface FileRewindOrder {
  /** The first turn; null: the last one that changed a file. */
  readonly firstTurn: TurnId | null;
  readonly dryRun: boolean;
}

/**
 * Takes files back, or says what that would do.
 * @param lines those of the thread, also what was reverted: files stay as they are then, and can still be taken back.
 * @throws EngineError `unknownTurn`.
 */
export async function rewindFiles(
  { firstTurn, dryRun }: FileRewindOrder,
  thread: {
    readonly lines: readonly RolloutLine[];
    readonly rewinds: FileRewinds;
    readonly cwd: string;
    readonly threadId: ThreadId;
  },
): Promise<FileRewindOutcome> {
  const { rewinds, threadId } = thread;
  const events = eventsIn(thread.lines);
  if (firstTurn !== null && !events.some((event) => event.type === "turnStarted" && event.turnId === firstTurn)) {
    throw new EngineError({ kind: "unknownTurn", threadId, turnId: firstTurn });
  }
  const plan = await rewinds.plan(changesSince(events, firstTurn));
  const described = await describePlan(plan, thread);
  if (described.conflicts.length > 0) return { status: "refused", reason: null, ...described };
  if (described.files.length === 0) return { status: "nothingToDo", reason: null, ...described };
  if (dryRun) return { status: "planned", reason: null, ...described };
  const result = await rewinds.apply(plan);
  if (result.type === "failed") return { status: "failed", reason: result.reason, ...described };
  return { status: "done", reason: null, ...described };
}

/** The changes of a turn and of all behind it that are still there to be taken back, oldest first. */
function changesSince(events: readonly StoredEvent[], firstTurn: TurnId | null): RecordedChanges[] {
  let recorded: RecordedChanges[] = [];
  for (const event of events) {
    if (event.type === "filesChanged") recorded.push(event);
    else if (event.type === "filesRewound") recorded = recorded.filter(({ turnId }) => isBefore(turnId, event.turnId));
  }
  const first = firstTurn ?? recorded.at(-1)?.turnId ?? null;
  return first === null ? [] : recorded.filter(({ turnId }) => !isBefore(turnId, first));
}

/** Our turns are numbered; those of the reference, which changed files unseen, come before all of them. */
function isBefore(turn: TurnId, other: TurnId): boolean {
  return Number(turn) < Number(other);
}

/** What a plan would do, without how it ends. */
async function describePlan(
  plan: RewindPlan,
  { rewinds, cwd }: { readonly rewinds: FileRewinds; readonly cwd: string },
): Promise<Omit<FileRewindOutcome, "status" | "reason">> {
  const { turnIds, files, conflicts, forgotten } = plan;
  return {
    turnIds,
    files: files.map(({ path, from, to }) => ({
      path,
      kind: from === null ? "add" : to === null ? "delete" : "update",
    })),
    conflicts,
    forgotten,
    diff: await diffOf(files, { rewinds, cwd }),
  };
}

/** More than this nobody reads. */
const MAX_DIFF_BYTES = 1024 ** 2;

async function diffOf(
  files: readonly FileRewind[],
  { rewinds, cwd }: { readonly rewinds: FileRewinds; readonly cwd: string },
): Promise<string> {
  const bytes = files.reduce((sum, { from, to }) => sum + (from?.sizeBytes ?? 0) + (to?.sizeBytes ?? 0), 0);
  if (bytes > MAX_DIFF_BYTES) return "";
  const diff = createTurnDiff({ displayPath: (path) => shownIn(cwd, path), blobId });
  for (const { path, from, to } of files) {
    const [before, after] = await Promise.all([stateOf(from, rewinds), stateOf(to, rewinds)]);
    diff.record([{ path, movePath: null, before, after }]);
  }
  return diff.render();
}

async function stateOf(version: FileVersion | null, rewinds: FileRewinds): Promise<FileState | null> {
  if (version === null) return null;
  const content = (await rewinds.content(version)) ?? Buffer.alloc(0);
  const mode = version.kind === "symlink" ? "120000" : (version.mode & 0o111) === 0 ? "100644" : "100755";
  return { content, mode };
}

/** A path as people and models know it: from the working directory where it is below it. */
export function shownIn(cwd: string, path: string): string {
  const inside = relative(cwd, path);
  return (inside.split(sep, 1)[0] === ".." ? path : inside).replaceAll(sep, "/");
}
