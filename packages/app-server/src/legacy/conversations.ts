import type { StoredThread } from "@heddle/core";
import {
  internalError,
  invalidRequest,
  threadId,
  type ConversationSummary,
  type EventMsg,
  type LegacyNotification,
  type LegacyParamsOf,
  type NewConversationParams,
  type ParamsOf,
  type Turn,
} from "@heddle/protocol";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { toRpcError } from "../errors.ts";
import { findStored } from "../handlers/read-threads.ts";
import { threadOptions } from "../handlers/threads.ts";
import type { ServerHost } from "../host.ts";
import { isGiven } from "../is-given.ts";
import type { Session } from "../session.ts";
import { readConversationId } from "./conversation-id.ts";
import type { LegacyHandler } from "./handler.ts";
import { plainEvents } from "./project-item.ts";
import { toErrorEvent, toLegacySource } from "./values.ts";

/** `newConversation`: a new thread, which this client does not follow. */
export const newConversation: LegacyHandler<"newConversation"> = async (params, { session }) => {
  try {
    const thread = await session.host.engine.startThread(await threadOptions(startParams(params), session));
    const { settings, identity } = thread;
    return {
      conversationId: identity.id,
      model: settings.model,
      reasoningEffort: settings.effort,
      rolloutPath: identity.path,
    };
  } catch (error) {
    throw toRpcError(error, "creating thread");
  }
};

/** `resumeConversation`: what happened before comes twice, in a notification and in the answer. */
export const resumeConversation: LegacyHandler<"resumeConversation"> = async (params, { session }) => {
  const { engine } = session.host;
  try {
    const source = resumeSource(params);
    const options = await threadOptions(startParams(params.overrides ?? NO_OVERRIDES), session);
    const thread = await engine.resumeThread(source, options);
    const { path, id } = thread.identity;
    const { turns } = await engine.readThread(path);
    const initialMessages = turns(thread.runningTurn).flatMap(pastEvents);
    const { logId, count } = await engine.messages.log();
    tell(session, {
      sessionId: id,
      model: thread.settings.model,
      reasoningEffort: thread.settings.effort,
      historyLogId: logId ?? 0,
      historyEntryCount: count,
      initialMessages,
      rolloutPath: path,
    });
    return { conversationId: id, model: thread.settings.model, initialMessages, rolloutPath: path };
  } catch (error) {
    throw toRpcError(error, "resuming thread");
  }
};

/** `listConversations`: a page of stored threads, newest first. */
export const listConversations: LegacyHandler<"listConversations"> = async (params, { session }) => {
  const { engine, loadConfig } = session.host;
  const { cursor, pageSize, modelProviders } = params;
  try {
    const { modelProvider } = await loadConfig({});
    const { threads, nextCursor } = await engine.store.list({
      cursor: cursor ?? null,
      limit: Math.max(1, pageSize ?? 25),
      modelProviders: modelProviders ?? null,
      defaultProvider: modelProvider,
    });
    return { items: threads.map((stored) => summaryOf(stored, modelProvider)), nextCursor };
  } catch (error) {
    throw toRpcError(error, "listing");
  }
};

/** `getConversationSummary`: one stored thread, by its id or by its rollout. */
export const getConversationSummary: LegacyHandler<"getConversationSummary"> = async (params, { session }) => {
  const { host } = session;
  try {
    const stored =
      "conversationId" in params
        ? await findStored(readConversationId(params.conversationId), host)
        : describeRollout(params.rolloutPath, host);
    const { modelProvider } = await host.loadConfig({});
    return { summary: summaryOf(stored, modelProvider) };
  } catch (error) {
    throw toRpcError(error, "listing");
  }
};

/** `archiveConversation`: the path has to be the thread's own. */
export const archiveConversation: LegacyHandler<"archiveConversation"> = async (params, { session }) => {
  const { engine, feeds, configSources } = session.host;
  const id = readConversationId(params.conversationId);
  const path = resolve(params.rolloutPath);
  const below = relative(join(configSources.home, "sessions"), path);
  if (below.startsWith("..") || isAbsolute(below)) {
    throw invalidRequest(`rollout path \`${params.rolloutPath}\` must be in sessions directory`);
  }
  if (!basename(path).endsWith(`${id}.jsonl`)) {
    throw invalidRequest(`rollout path \`${params.rolloutPath}\` does not match conversation id ${id}`);
  }
  try {
    await engine.archiveThread(id);
    feeds.announce({ method: "thread/archived", params: { threadId: id } });
    return {};
  } catch (error) {
    throw toRpcError(error, "archiving");
  }
};

const NO_OVERRIDES: NewConversationParams = {};

/** What the first API says about a thread, as the later one says it. What that has no member for becomes configuration. */
function startParams(params: NewConversationParams): ParamsOf<"thread/start"> {
  const { profile, compactPrompt, includeApplyPatchTool, config, ...rest } = params;
  return {
    ...rest,
    config: {
      ...(isGiven(profile) ? { profile } : {}),
      ...(isGiven(compactPrompt) ? { compact_prompt: compactPrompt } : {}),
      ...(isGiven(includeApplyPatchTool) ? { "features.apply_patch_freeform": includeApplyPatchTool } : {}),
      ...config,
    },
  };
}

type ResumeSource = Parameters<ServerHost["engine"]["resumeThread"]>[0];

function resumeSource({ path, conversationId, history }: LegacyParamsOf<"resumeConversation">): ResumeSource {
  if (isGiven(path)) return { type: "path", path };
  if (isGiven(conversationId)) return { type: "id", threadId: readConversationId(conversationId) };
  if (isGiven(history) && history.length > 0) return { type: "history", items: history };
  throw invalidRequest("either path, conversation id or non empty history must be provided");
}

/** What was said and thought in a turn, and how it ended; what was done in it the first API does not tell of afterwards. */
function pastEvents({ items, status, error }: Turn): readonly EventMsg[] {
  const said = items.flatMap((item): readonly EventMsg[] => {
    switch (item.type) {
      case "userMessage":
      case "agentMessage":
      case "reasoning":
        return plainEvents(item);
      default:
        return [];
    }
  });
  if (status === "interrupted") return [...said, { type: "turn_aborted", reason: "interrupted" }];
  return error === null ? said : [...said, toErrorEvent(error)];
}

type SessionConfigured = Extract<LegacyNotification, { method: "sessionConfigured" }>["params"];

function tell(session: Session, configured: SessionConfigured): void {
  if (session.isWanted("sessionConfigured")) session.peer.notify("sessionConfigured", configured);
}

function describeRollout(path: string, { engine, configSources }: ServerHost): StoredThread {
  const file = resolve(configSources.home, path);
  const stored = engine.store.describe(file);
  if (stored === null) throw internalError(`failed to load conversation summary from ${file}: it is no rollout`);
  return stored;
}

function summaryOf(stored: StoredThread, currentProvider: string): ConversationSummary {
  const { id, path, preview, createdAt, modelProvider, cwd, cliVersion, source, gitInfo } = stored;
  return {
    conversationId: threadId(id),
    path,
    preview,
    timestamp: createdAt.toISOString(),
    modelProvider: modelProvider ?? currentProvider,
    cwd,
    cliVersion,
    source: toLegacySource(source),
    gitInfo: gitInfo === null ? null : { sha: gitInfo.sha, branch: gitInfo.branch, origin_url: gitInfo.originUrl },
  };
}
