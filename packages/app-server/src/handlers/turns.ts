import type { SettingsOverride } from "@heddle/core";
import { invalidRequest, type ParamsOf } from "@heddle/protocol";
import { readApprovalPolicy, readSandboxPolicy } from "../dialect.ts";
import { toRpcError } from "../errors.ts";
import { runningTurn } from "../notifications.ts";
import { isGiven } from "../is-given.ts";
import type { Handler } from "./handler.ts";
import { readLimits } from "./turn-limits.ts";
import { readThreadId } from "./thread-id.ts";

/** `turn/start`: overrides stick for later turns; while a turn runs the input joins it. */
export const startTurn: Handler<"turn/start"> = (params, { session }) => {
  try {
    const thread = session.host.engine.thread(readThreadId(params.threadId));
    const { outputSchema = null } = params;
    const id = thread.startTurn(params.input, readOverride(params), {
      outputSchema,
      limits: readLimits(params.limits),
    });
    session.legacy?.beginsTurn(thread.identity.id, id);
    return { turn: runningTurn(id) };
  } catch (error) {
    throw toRpcError(error, "starting turn");
  }
};

/** `turn/steer`: the input joins the running turn, if that is the one which the client means and if it takes input. */
export const steerTurn: Handler<"turn/steer"> = (params, { session }) => {
  if (params.input.length === 0) throw invalidRequest("input must not be empty");
  try {
    const thread = session.host.engine.thread(readThreadId(params.threadId));
    return { turnId: thread.steer(params.input, params.expectedTurnId) };
  } catch (error) {
    throw toRpcError(error, "starting turn");
  }
};

/** `turn/continue`: the last turn, which a crash cut off, goes on under its id. */
export const continueTurn: Handler<"turn/continue"> = ({ threadId, limits }, { session }) => {
  try {
    const thread = session.host.engine.thread(readThreadId(threadId));
    return { turn: runningTurn(thread.continueTurn({ limits: readLimits(limits) })) };
  } catch (error) {
    throw toRpcError(error, "starting turn");
  }
};

/** `turn/interrupt`: stops whatever turn runs; answered once it has stopped. */
export const interruptTurn: Handler<"turn/interrupt"> = async (params, { session }) => {
  try {
    await session.host.engine.thread(readThreadId(params.threadId)).interrupt();
    return {};
  } catch (error) {
    throw toRpcError(error, "starting turn");
  }
};

function readOverride(params: ParamsOf<"turn/start">): SettingsOverride {
  const { cwd, approvalPolicy, sandboxPolicy, model, modelProvider, effort, summary } = params;
  return {
    ...(isGiven(cwd) ? { cwd } : {}),
    ...(isGiven(approvalPolicy) ? { approvalPolicy: readApprovalPolicy(approvalPolicy) } : {}),
    ...(isGiven(sandboxPolicy) ? { sandboxPolicy: readSandboxPolicy(sandboxPolicy) } : {}),
    ...(isGiven(model) ? { model } : {}),
    ...(isGiven(modelProvider) ? { provider: modelProvider } : {}),
    ...(isGiven(effort) ? { effort } : {}),
    ...(isGiven(summary) ? { summary } : {}),
  };
}
