import { toRpcError } from "../errors.ts";
import type { Handler } from "./handler.ts";
import { readThreadId } from "./thread-id.ts";

/** `thread/compact` and `thread/compact/start`: a turn of its own, which begins after the answer. */
export const compactThread: Handler<"thread/compact" | "thread/compact/start"> = (params, { session }) => {
  try {
    session.host.engine.thread(readThreadId(params.threadId)).compact();
    return {};
  } catch (error) {
    throw toRpcError(error, "compacting");
  }
};
