import { toRpcError } from "../errors.ts";
import type { Handler } from "./handler.ts";
import { readThreadId } from "./thread-id.ts";

/** `thread/rewindFiles`: what turns changed in files is taken back, or what that would do is told. */
export const rewindFiles: Handler<"thread/rewindFiles"> = async ({ threadId, firstTurnId, dryRun }, { session }) => {
  try {
    const thread = session.host.engine.thread(readThreadId(threadId));
    const outcome = await thread.rewindFiles({ firstTurn: firstTurnId ?? null, dryRun: dryRun ?? false });
    const { turnIds, files, conflicts, forgotten, ...rest } = outcome;
    return {
      ...rest,
      turnIds: [...turnIds],
      files: [...files],
      conflicts: [...conflicts],
      forgottenTurnIds: [...forgotten],
    };
  } catch (error) {
    throw toRpcError(error, "taking files back");
  }
};
