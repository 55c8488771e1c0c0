import type { ThreadOptions, Thread } from "@heddle/core";
import type { ResolvedConfig } from "@heddle/config";
import { invalidRequest, threadId, type ParamsOf, type ResultOf, type ThreadId, type Turn } from "@heddle/protocol";
import { writeApprovalPolicy, writeSandboxPolicy } from "../dialect.ts";
import { toRpcError } from "../errors.ts";
import type { ConfigRequest } from "../host.ts";
import { isGiven } from "../is-given.ts";
import type { Session } from "../session.ts";
import { viewStored, viewThread } from "../thread-view.ts";
import type { Handler } from "./handler.ts";

type StartParams = ParamsOf<"thread/start">;

/** `thread/start`: a new thread, followed by this client; `thread/started` comes after the answer. */
export const startThread: Handler<"thread/start"> = async (params, { session, afterAnswer }) => {
  const { host } = session;
  try {
    const thread = await host.engine.startThread(await threadOptions(params, session));
    session.follow(thread);
    const view = viewThread(thread, host.version);
    afterAnswer(() => session.notify({ method: "thread/started", params: { thread: view } }));
    return threadAnswer(thread, session, []);
  } catch (error) {
    throw toRpcError(error, "creating thread");
  }
};

/** `thread/resume`: a stored thread, the running instance of a loaded one, or a new one from the client's history. */
export const resumeThread: Handler<"thread/resume"> = async (params, { session }) => {
  const { host } = session;
  try {
    const options = await threadOptions(params, session);
    const thread = await host.engine.resumeThread(resumeSource(params), options);
    session.follow(thread);
    const { turns } = await host.engine.readThread(thread.identity.path);
    return threadAnswer(thread, session, turns(thread.runningTurn));
  } catch (error) {
    throw toRpcError(error, "resuming thread");
  }
};

/** `thread/list`: a page of stored threads, newest first. */
export const listThreads: Handler<"thread/list"> = async ({ cursor, limit, modelProviders }, { session }) => {
  const { engine, loadConfig } = session.host;
  try {
    const { modelProvider } = await loadConfig({});
    const { threads, nextCursor } = await engine.store.list({
      cursor: cursor ?? null,
      limit: Math.max(1, limit ?? 25),
      modelProviders: modelProviders ?? null,
      defaultProvider: modelProvider,
      sources: ["cli", "vscode"],
    });
    return { data: threads.map((stored) => viewStored(stored, modelProvider)), nextCursor };
  } catch (error) {
    throw toRpcError(error, "listing");
  }
};

/** `thread/archive`: stops the thread if it is loaded and puts its rollout away. */
export const archiveThread: Handler<"thread/archive"> = async (params, { session }) => {
  const id = readThreadId(params.threadId);
  try {
    await session.host.engine.archiveThread(id);
    session.unfollow(id);
    return {};
  } catch (error) {
    throw toRpcError(error, "archiving");
  }
};

/** A thread id as clients write it. @throws RpcError when it is not a UUID. */
export function readThreadId(text: string): ThreadId {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) {
    throw invalidRequest(`invalid thread id: ${JSON.stringify(text)} is not a UUID`);
  }
  return threadId(text.toLowerCase());
}

function resumeSource({
  history,
  path,
  threadId: id,
}: ParamsOf<"thread/resume">): Parameters<Session["host"]["engine"]["resumeThread"]>[0] {
  if (history !== undefined && history !== null) {
    if (history.length === 0) throw invalidRequest("history must not be empty");
    return { type: "history", items: history };
  }
  if (path !== undefined && path !== null) return { type: "path", path };
  return { type: "id", threadId: readThreadId(id) };
}

async function threadOptions(params: StartParams, session: Session): Promise<ThreadOptions> {
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

function threadAnswer(thread: Thread, session: Session, turns: readonly Turn[]): ResultOf<"thread/start"> {
  const { settings } = thread;
  return {
    thread: viewThread(thread, session.host.version, turns),
    model: settings.model,
    modelProvider: settings.provider,
    cwd: settings.cwd,
    approvalPolicy: writeApprovalPolicy(settings.approvalPolicy, session.dialect),
    sandbox: writeSandboxPolicy(settings.sandboxPolicy, session.dialect),
    reasoningEffort: settings.effort,
  };
}
