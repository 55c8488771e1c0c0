import { toRpcError } from "../errors.ts";
import { isGiven } from "../is-given.ts";
import type { Handler } from "./handler.ts";
import { readThreadId } from "./thread-id.ts";

/** `messageHistory/append`: as the configuration of the thread wants it. */
export const appendMessage: Handler<"messageHistory/append"> = async ({ threadId, text }, { session }) => {
  const { engine } = session.host;
  try {
    const { identity, config } = engine.thread(readThreadId(threadId));
    await engine.messages.append(identity.id, text, config.history);
    return {};
  } catch (error) {
    throw toRpcError(error, "keeping a message");
  }
};

/** `messageHistory/read`: the file's id and size, and one entry of it. */
export const readMessages: Handler<"messageHistory/read"> = async ({ logId, offset }, { session }) => {
  const { messages } = session.host.engine;
  try {
    const log = await messages.log();
    const wanted = isGiven(logId) ? logId : log.logId;
    const entry = isGiven(offset) && wanted !== null ? await messages.find({ logId: wanted, offset }) : null;
    return { ...log, entry };
  } catch (error) {
    throw toRpcError(error, "keeping a message");
  }
};

/** `prompts/list`: the prompts that the user has written in the home. */
export const listPrompts: Handler<"prompts/list"> = async (_params, { session }) => ({
  data: [...(await session.host.engine.customPrompts())],
});
