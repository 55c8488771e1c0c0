import { agent, RequestError, type AgentApp, type AgentContext, type McpServer } from "@agentclientprotocol/sdk";
import type { Heddle } from "@heddle/client";
import { threadId, type ResultOf, type ThreadId } from "@heddle/protocol";
import { toServerConfig } from "./mcp-servers.ts";
import { modesOf } from "./modes.ts";
import { createSession, type AcpSession } from "./session.ts";
import { replayOf } from "./updates.ts";

const PROTOCOL_VERSION = 1;

/**
 * An agent of the Agent Client Protocol on a Heddle: sessions are threads, prompts are turns. It is a client like every
 * other one, and asks the editor what the engine asks it. Lives as long as its connection.
 * @param options.heddle its owner closes it.
 */
export function createAcpAgent({ heddle, version }: { readonly heddle: Heddle; readonly version: string }): AgentApp {
  const sessions = new Map<ThreadId, AcpSession>();
  let editor: AgentContext | null = null;
  let terminals = false;
  heddle.onRequest("item/commandExecution/requestApproval", (question) =>
    sessionOf(question.threadId).askAboutCommand(question),
  );
  heddle.onRequest("item/fileChange/requestApproval", (question) =>
    sessionOf(question.threadId).askAboutFiles(question),
  );

  function sessionOf(id: string): AcpSession {
    const session = sessions.get(threadId(id));
    if (session === undefined) throw RequestError.invalidParams({ sessionId: id }, `there is no session ${id}`);
    return session;
  }
  function open({ thread }: Pick<ResultOf<"thread/start">, "thread">): AcpSession {
    if (editor === null) throw new Error("a request came before the connection");
    sessions.get(thread.id)?.close();
    const session = createSession({ heddle, editor, threadId: thread.id, terminals });
    sessions.set(thread.id, session);
    return session;
  }
  async function resume(params: Resumed): Promise<ResultOf<"thread/resume">> {
    const { sessionId, cwd, mcpServers = [] } = params;
    const id = threadId(sessionId);
    const answer = await heddle.request("thread/resume", { threadId: id, cwd, config: toServerConfig(mcpServers) });
    open(answer);
    return answer;
  }

  return agent({ name: "heddle" })
    .onConnect((connection) => {
      editor = connection.client;
    })
    .onRequest("initialize", ({ params }) => {
      terminals = params.clientCapabilities?._meta?.["terminal_output"] === true;
      return {
        protocolVersion: Math.min(params.protocolVersion, PROTOCOL_VERSION),
        agentInfo: { name: "heddle", title: "Heddle", version },
        agentCapabilities: {
          loadSession: true,
          promptCapabilities: { image: true, embeddedContext: true },
          mcpCapabilities: { http: true },
          sessionCapabilities: { list: {}, resume: {}, close: {} },
        },
        authMethods: [],
      };
    })
    .onRequest("authenticate", () => ({})) // logins are `heddle login`'s
    .onRequest("session/new", async ({ params }) => {
      const { cwd, mcpServers } = params;
      const answer = await heddle.request("thread/start", { cwd, config: toServerConfig(mcpServers) });
      open(answer);
      return { sessionId: answer.thread.id, modes: modesOf(answer) };
    })
    .onRequest("session/load", async ({ params, client }) => {
      const answer = await resume(params);
      for (const update of replayOf(answer.thread.turns)) {
        await client.notify("session/update", { sessionId: params.sessionId, update });
      }
      return { modes: modesOf(answer) };
    })
    .onRequest("session/resume", async ({ params }) => ({ modes: modesOf(await resume(params)) }))
    .onRequest("session/list", async ({ params }) => {
      const { cursor = null } = params;
      const page = await heddle.request("thread/list", { modelProviders: [], ...(cursor === null ? {} : { cursor }) });
      const shown = page.data.filter(
        ({ cwd }) => params.cwd === undefined || params.cwd === null || cwd === params.cwd,
      );
      return {
        sessions: shown.map(({ id, cwd, preview, createdAt }) => ({
          sessionId: id,
          cwd,
          title: preview,
          updatedAt: new Date(createdAt * 1000).toISOString(),
        })),
        nextCursor: page.nextCursor,
      };
    })
    .onRequest("session/close", async ({ params }) => {
      const session = sessionOf(params.sessionId);
      await session.cancel();
      session.close();
      sessions.delete(session.threadId);
      await heddle.request("thread/unsubscribe", { threadId: session.threadId });
      return {};
    })
    .onRequest("session/set_mode", ({ params }) => {
      sessionOf(params.sessionId).setMode(params.modeId);
      return {};
    })
    .onRequest("session/prompt", async ({ params }) => ({
      stopReason: await sessionOf(params.sessionId).prompt(params.prompt),
    }))
    .onNotification("session/cancel", ({ params }) => sessionOf(params.sessionId).cancel());
}

interface Resumed {
  readonly sessionId: string;
  readonly cwd: string;
  readonly mcpServers?: readonly McpServer[];
}
