import { toRpcError } from "../errors.ts";
import { viewThread } from "../thread-view.ts";
import type { Handler } from "./handler.ts";
import { readThreadId } from "./thread-id.ts";

/** `thread/revert`: turns are taken back; every client of the thread is told, with `thread/reverted`. */
export const revertThread: Handler<"thread/revert"> = async ({ threadId, beforeTurnId }, { session }) => {
  const { engine } = session.host;
  try {
    const thread = engine.thread(readThreadId(threadId));
    await thread.revert(beforeTurnId);
    const { turns } = await engine.readThread(thread.identity.path);
    return { thread: viewThread(thread, session, turns(null)) };
  } catch (error) {
    throw toRpcError(error, "reverting thread");
  }
};
