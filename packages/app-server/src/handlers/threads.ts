import { EngineError, type ResumeSource, type Thread, type ThreadOptions } from "@heddle/core";
import type { ResolvedConfig } from "@heddle/config";
import { invalidRequest, type EventPlace, type ParamsOf, type ResultOf, type Turn } from "@heddle/protocol";
import { writeApprovalPolicy, writeSandboxPolicy } from "../dialect.ts";
import { toRpcError } from "../errors.ts";
import type { ConfigRequest } from "../host.ts";
import { isGiven } from "../is-given.ts";
import type { Session } from "../session.ts";
import { viewRecorded, viewStored, viewThread } from "../thread-view.ts";
import type { Join } from "../feeds/thread-feed.ts";
import type { Handler } from "./handler.ts";
import { createClientTools } from "../tools/client-tools.ts";
import { assertCallable } from "../tools/dynamic-tool.ts";
import { findStored } from "./read-threads.ts";
import { readThreadId } from "./thread-id.ts";

type StartParams = ParamsOf<"thread/start">;

/** `thread/start`: a new thread, followed by this client; `thread/started` comes after the answer. */
export const startThread: Handler<"thread/start"> = async (params, { session, afterAnswer }) => {
  try {
    const dynamicTools = params.dynamicTools ?? [];
    assertCallable(dynamicTools);
    const tools = createClientTools(session);
    const options = await threadOptions(params, session);
    const thread = await session.host.engine.startThread({ ...options, dynamicTools, toolSources: tools.sources });
    tools.belongTo(thread);
    session.follow(thread);
    afterAnswer(() => tellStarted(thread, session));
    return threadAnswer(thread, session, { events: eventPlace(thread, session, null) });
  } catch (error) {
    throw toRpcError(error, "creating thread");
  }
};

/** `thread/resume`: a stored thread, the running instance of a loaded one, or a new one from the client's history. */
export const resumeThread: Handler<"thread/resume"> = async (params, { session, afterAnswer }) => {
  const { engine } = session.host;
  try {
    const source = resumeSource(params);
    const tools = createClientTools(session);
    const thread =
      session.introduction?.observer === true
        ? loadedThread(source, session)
        : await engine.resumeThread(source, {
            ...(await threadOptions(params, session)),
            toolSources: tools.sources,
          });
    tools.belongTo(thread);
    // Everything before this line is in the answer, everything after it follows the answer.
    const join = session.join(thread, params.afterEvent ?? null);
    const leave = (): void => void session.unfollow(thread.identity.id);
    const shown = params.excludeTurns !== true && join.replayed === null;
    const turns = shown ? await storedTurns(thread, session).catch(rethrowAfter(leave)) : [];
    afterAnswer(() => join.release());
    return {
      ...threadAnswer(thread, session, { events: eventPlace(thread, session, join) }),
      thread: viewRecorded(thread, session, shown ? join.turns(turns) : []),
    };
  } catch (error) {
    throw toRpcError(error, "resuming thread");
  }
};

/** `thread/fork`: a new thread with the past of another one, followed by this client as one that it has started. */
export const forkThread: Handler<"thread/fork"> = async (params, { session, afterAnswer }) => {
  const { path, lastTurnId, beforeTurnId, excludeTurns = false } = params;
  if (isGiven(lastTurnId) && isGiven(beforeTurnId)) {
    throw invalidRequest("lastTurnId and beforeTurnId exclude each other");
  }
  try {
    const source = isGiven(path)
      ? { type: "path" as const, path }
      : { type: "id" as const, threadId: readThreadId(params.threadId) };
    const end = isGiven(lastTurnId)
      ? { type: "throughTurn" as const, turnId: lastTurnId }
      : isGiven(beforeTurnId)
        ? { type: "beforeTurn" as const, turnId: beforeTurnId }
        : { type: "whole" as const };
    const tools = createClientTools(session);
    const options = await threadOptions(params, session);
    const thread = await session.host.engine.forkThread(source, end, { ...options, toolSources: tools.sources });
    tools.belongTo(thread);
    session.follow(thread);
    afterAnswer(() => tellStarted(thread, session));
    const turns = excludeTurns ? [] : await storedTurns(thread, session);
    return threadAnswer(thread, session, { turns, events: eventPlace(thread, session, null) });
  } catch (error) {
    throw toRpcError(error, "creating thread");
  }
};

/** `thread/archive`: stops the thread if it is loaded and puts its rollout away. */
export const archiveThread: Handler<"thread/archive"> = async (params, { session }) => {
  const id = readThreadId(params.threadId);
  try {
    await session.host.engine.archiveThread(id);
    session.host.feeds.announce({ method: "thread/archived", params: { threadId: id } });
    return {};
  } catch (error) {
    throw toRpcError(error, "archiving");
  }
};

/** `thread/unarchive`: brings a thread back to where it was. */
export const unarchiveThread: Handler<"thread/unarchive"> = async (params, { session }) => {
  const id = readThreadId(params.threadId);
  const { host } = session;
  try {
    if ((await host.engine.store.findArchived(id)) === null) {
      throw new EngineError({ kind: "noRollout", threadId: id });
    }
    await host.engine.store.unarchive(id);
    const { modelProvider: currentProvider } = await host.loadConfig({});
    const stored = await findStored(id, host);
    host.feeds.announce({ method: "thread/unarchived", params: { threadId: id } });
    return { thread: viewStored(stored, { session, currentProvider }) };
  } catch (error) {
    throw toRpcError(error, "unarchiving");
  }
};

/** `thread/unsubscribe`: this connection hears nothing more of the thread; others do. */
export const unsubscribeThread: Handler<"thread/unsubscribe"> = (params, { session }) => {
  const id = readThreadId(params.threadId);
  if (session.unfollow(id)) return { status: "unsubscribed" };
  const isLoaded = session.host.engine.loadedThreads().some(({ identity }) => identity.id === id);
  return { status: isLoaded ? "notSubscribed" : "notLoaded" };
};

/** `thread/name/set`: for a thread in whatever state. */
export const nameThread: Handler<"thread/name/set"> = async (params, { session }) => {
  const id = readThreadId(params.threadId);
  const name = params.name.trim();
  const { engine, feeds, now } = session.host;
  try {
    const isLoaded = engine.loadedThreads().some(({ identity }) => identity.id === id);
    if (!isLoaded) await findStored(id, session.host);
    engine.store.names.set(id, name, now());
    feeds.announce({ method: "thread/name/updated", params: { threadId: id, threadName: name === "" ? null : name } });
    return {};
  } catch (error) {
    throw toRpcError(error, "naming thread");
  }
};

function resumeSource({ history, path, threadId: id }: ParamsOf<"thread/resume">): ResumeSource {
  if (history !== undefined && history !== null) {
    if (history.length === 0) throw invalidRequest("history must not be empty");
    return { type: "history", items: history };
  }
  if (path !== undefined && path !== null) return { type: "path", path };
  return { type: "id", threadId: readThreadId(id) };
}

/** What a request says about a thread, together with the configuration. @throws ConfigError. */
export async function threadOptions(params: StartParams, session: Session): Promise<ThreadOptions> {
  const config = await session.host.loadConfig(configRequest(params));
  return { config, settings: settingsOf(config), source: session.host.threadSource };
}

/** The settings that a configuration gives a thread. */
export function settingsOf(config: ResolvedConfig): ThreadOptions["settings"] {
  return {
    model: config.model,
    provider: config.modelProvider,
    effort: config.reasoningEffort,
    summary: config.reasoningSummary,
    cwd: config.cwd,
    approvalPolicy: config.approvalPolicy,
    sandboxPolicy: config.sandboxPolicy,
  };
}

function configRequest(params: StartParams): ConfigRequest {
  const { cwd, model, modelProvider, approvalPolicy, sandbox, config, baseInstructions, developerInstructions } =
    params;
  return {
    ...(isGiven(cwd) ? { cwd } : {}),
    ...(isGiven(model) ? { model } : {}),
    ...(isGiven(modelProvider) ? { modelProvider } : {}),
    ...(isGiven(approvalPolicy) ? { approvalPolicy } : {}),
    ...(isGiven(sandbox) ? { sandbox } : {}),
    ...(isGiven(config) ? { config } : {}),
    ...(isGiven(baseInstructions) ? { baseInstructions } : {}),
    ...(isGiven(developerInstructions) ? { developerInstructions } : {}),
  };
}

/** What an observer may join. @throws RpcError for a thread that would have to be loaded. */
function loadedThread(source: ResumeSource, { host }: Session): Thread {
  const thread = host.engine.loadedThreads().find(({ identity }) => {
    if (source.type === "id") return identity.id === source.threadId;
    return source.type === "path" && identity.path === source.path;
  });
  if (thread === undefined) throw invalidRequest("the thread is not loaded, and an observer may not load it");
  return thread;
}

function tellStarted(thread: Thread, session: Session): void {
  session.notify({ method: "thread/started", params: { thread: viewThread(thread, session) } });
}

async function storedTurns(thread: Thread, { host }: Session): Promise<readonly Turn[]> {
  const { turns } = await host.engine.readThread(thread.identity.path);
  return turns(null);
}

function rethrowAfter(undo: () => void): (error: unknown) => never {
  return (error) => {
    undo();
    throw error;
  };
}

/** Where this client's events begin; null for clients that do not count them. */
function eventPlace(thread: Thread, session: Session, join: Join | null): EventPlace | null {
  if (session.introduction?.wantsCursor !== true) return null;
  return { cursor: join?.cursor ?? session.host.feeds.of(thread).cursor(), replayed: join?.replayed ?? null };
}

function threadAnswer(
  thread: Thread,
  session: Session,
  { turns = [], events }: { readonly turns?: readonly Turn[]; readonly events: EventPlace | null },
): ResultOf<"thread/start"> {
  const { settings } = thread;
  return {
    thread: viewThread(thread, session, turns),
    model: settings.model,
    modelProvider: settings.provider,
    cwd: settings.cwd,
    approvalPolicy: writeApprovalPolicy(settings.approvalPolicy, session.dialect),
    sandbox: writeSandboxPolicy(settings.sandboxPolicy, session.dialect),
    reasoningEffort: settings.effort,
    ...(session.dialect === "newer" ? { approvalsReviewer: "user" as const } : {}),
    ...(events === null ? {} : { events }),
  };
}
