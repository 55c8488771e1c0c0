import { SHELL_COMMAND_TIMEOUT_MS } from "@heddle/core";
import { invalidRequest } from "@heddle/protocol";
import { isGiven } from "../is-given.ts";
import { toRpcError } from "../errors.ts";
import type { Handler } from "./handler.ts";
import { readThreadId } from "./thread-id.ts";

/** `thread/shellCommand`: a turn that runs the user's own script; it begins after the answer. */
export const runShellCommand: Handler<"thread/shellCommand"> = ({ threadId, command, timeoutMs }, { session }) => {
  if (command.trim() === "") throw invalidRequest("command must not be empty");
  try {
    const thread = session.host.engine.thread(readThreadId(threadId));
    const limit = isGiven(timeoutMs) && timeoutMs >= 0 ? timeoutMs : SHELL_COMMAND_TIMEOUT_MS;
    thread.runShellCommand({ script: command, timeoutMs: limit });
    return {};
  } catch (error) {
    throw toRpcError(error, "running a command");
  }
};
