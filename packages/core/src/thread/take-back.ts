import { turnId, type TurnId } from "@heddle/protocol";
import { filesTakenBack } from "../context/files-taken-back.ts";
import { EngineError } from "../engine-error.ts";
import type { FileRewinds } from "../rewind/rewind.ts";
import type { Rollout } from "../rollout/reader.ts";
import { linesBeforeTurn, withoutReverted } from "../rollout/turn-lines.ts";
import { rewindFiles, shownIn, type FileRewindOrder, type FileRewindOutcome } from "./file-rewind.ts";
import { restoreLines, type RestoredThread } from "./restore.ts";
import type { ThreadStart } from "./thread-start.ts";

/**
 * Puts the history and the usage of an idle thread back to what they were before a turn, and says so in the log.
 * @returns what the model knows of its surroundings by then.
 * @throws EngineError `unknownTurn`, `unreadableRollout`.
 */
export function takeTurnsBack(
  firstTurn: TurnId,
  { lines, skipped }: Rollout,
  { identity, history, usage, log }: Pick<ThreadStart, "identity" | "history" | "usage" | "log">,
): RestoredThread["surroundings"] {
  const { id: threadId, path } = identity;
  const cut = linesBeforeTurn(withoutReverted(lines), firstTurn);
  if (cut === null) throw new EngineError({ kind: "unknownTurn", threadId, turnId: firstTurn });
  const earlier = restoreLines({ lines: cut.lines, skipped }, path);
  history.replace(earlier.history);
  usage.rewind(earlier.usage);
  log.emit({ type: "threadReverted", turnId: turnId(cut.firstTurn) });
  return earlier.surroundings;
}

/**
 * Takes back what a turn of an idle thread and all behind it have changed in files, and tells the model.
 * @throws EngineError `unknownTurn`.
 */
export async function takeFilesBack(
  order: FileRewindOrder,
  { lines }: Rollout,
  thread: {
    readonly start: Pick<ThreadStart, "identity" | "history" | "log">;
    readonly rewinds: FileRewinds;
    readonly cwd: string;
  },
): Promise<FileRewindOutcome> {
  const { start, rewinds, cwd } = thread;
  const { log, history, identity } = start;
  const outcome = await rewindFiles(order, { lines, rewinds, cwd, threadId: identity.id });
  const [firstTurn] = outcome.turnIds;
  if (outcome.status !== "done" || firstTurn === undefined) return outcome;
  log.emit({ type: "filesRewound", turnId: firstTurn });
  const notice = filesTakenBack(outcome.files.map(({ path, kind }) => ({ path: shownIn(cwd, path), kind })));
  log.recordItem(history.record(notice, { unit: "bytes", limit: 0 }));
  return outcome;
}
