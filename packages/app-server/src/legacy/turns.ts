import type { SettingsOverride } from "@heddle/core";
import {
  fromLegacySandboxPolicy,
  invalidRequest,
  type InputItem,
  type ThreadId,
  type UserInput,
} from "@heddle/protocol";
import { readSandboxPolicy } from "../dialect.ts";
import { toRpcError } from "../errors.ts";
import { execCommand } from "../handlers/command-exec.ts";
import { isGiven } from "../is-given.ts";
import type { Session } from "../session.ts";
import { legacyClient } from "./client.ts";
import { readConversationId, readUuid } from "./conversation-id.ts";
import type { LegacyHandler } from "./handler.ts";

/** `sendUserMessage`: a turn with the settings that the thread has. */
export const sendUserMessage: LegacyHandler<"sendUserMessage"> = ({ conversationId, items }, { session }) =>
  startTurn(session, { id: readConversationId(conversationId), items, override: {} });

/** `sendUserTurn`: a turn with settings that stay. */
export const sendUserTurn: LegacyHandler<"sendUserTurn"> = (params, { session }) => {
  const { conversationId, items, cwd, approvalPolicy, sandboxPolicy, model, effort, summary } = params;
  const override: SettingsOverride = {
    cwd,
    approvalPolicy,
    sandboxPolicy: readSandboxPolicy(fromLegacySandboxPolicy(sandboxPolicy)),
    model,
    effort: effort ?? null,
    summary,
  };
  return startTurn(session, { id: readConversationId(conversationId), items, override });
};

/** `interruptConversation`: stops whatever turn runs; answered once it has stopped, at once when none runs. */
export const interruptConversation: LegacyHandler<"interruptConversation"> = async (
  { conversationId },
  { session },
) => {
  try {
    await session.host.engine.thread(readConversationId(conversationId)).interrupt();
    return { abortReason: "interrupted" };
  } catch (error) {
    throw toRpcError(error, "starting turn");
  }
};

/** `addConversationListener`: the events of a loaded thread from now on. */
export const addListener: LegacyHandler<"addConversationListener"> = (params, { session, afterAnswer }) => {
  const { conversationId, experimentalRawEvents: wantsRaw } = params;
  try {
    const thread = session.host.engine.thread(readConversationId(conversationId));
    const client = legacyClient(session);
    const subscriptionId = client.listen(thread, { wantsRaw });
    afterAnswer(() => client.tellStartup(thread));
    return { subscriptionId };
  } catch (error) {
    throw toRpcError(error, "starting turn");
  }
};

/** `removeConversationListener`: the last one of a thread ends what is told of it. */
export const removeListener: LegacyHandler<"removeConversationListener"> = ({ subscriptionId }, { session }) => {
  if (legacyClient(session).unlisten(readUuid(subscriptionId))) return {};
  throw invalidRequest(`subscription not found: ${subscriptionId}`);
};

/** `execOneOffCommand`: one command beside all threads. */
export const execOneOffCommand: LegacyHandler<"execOneOffCommand"> = async (params, call) => {
  const { sandboxPolicy, ...rest } = params;
  return execCommand(
    { ...rest, sandboxPolicy: isGiven(sandboxPolicy) ? fromLegacySandboxPolicy(sandboxPolicy) : null },
    call,
  );
};

function startTurn(
  { host }: Session,
  {
    id,
    items,
    override,
  }: { readonly id: ThreadId; readonly items: readonly InputItem[]; readonly override: SettingsOverride },
): Record<string, never> {
  try {
    host.engine.thread(id).startTurn(items.map(readInput), override);
    return {};
  } catch (error) {
    throw toRpcError(error, "starting turn");
  }
}

function readInput(item: InputItem): UserInput {
  switch (item.type) {
    case "text":
      return { type: "text", text: item.data.text };
    case "image":
      return { type: "image", url: item.data.image_url };
    case "localImage":
      return { type: "localImage", path: item.data.path };
    case "skill":
      return { type: "skill", name: item.data.name, path: item.data.path };
  }
}
