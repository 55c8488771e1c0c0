import { internalError, type ThreadId } from "@heddle/protocol";
import { readFile } from "node:fs/promises";
import type { ServerHost } from "../host.ts";
import { sendFeedback, writeFeedback, type FeedbackBundle } from "./feedback-bundle.ts";
import type { Handler } from "./handler.ts";
import { readThreadId } from "./thread-id.ts";

/** `feedback/upload`: kept in a folder of this machine, unless an endpoint is configured. */
export const uploadFeedback: Handler<"feedback/upload"> = async (params, { session }) => {
  const { host, front, introduction } = session;
  const { target, log, now, newId } = host.feedback;
  const id = params.threadId === undefined || params.threadId === null ? null : readThreadId(params.threadId);
  try {
    const bundle: FeedbackBundle = {
      threadId: id ?? `no-active-thread-${newId()}`,
      classification: params.classification,
      reason: params.reason ?? null,
      createdAt: now().toISOString(),
      version: host.version,
      userAgent: introduction?.userAgent ?? null,
      log: params.includeLogs ? log.text() : null,
      rollout: params.includeLogs && id !== null ? await readRollout(id, host) : null,
    };
    if (target.type === "endpoint") await sendFeedback(target.url, bundle, host.fetch);
    else front.warn(`feedback was written to ${await writeFeedback(target.path, bundle)}`);
    return { threadId: bundle.threadId };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw internalError(`failed to upload feedback: ${reason}`, { cause: error });
  }
};

/** The log of a loaded thread, null when there is none. */
async function readRollout(id: ThreadId, { engine }: ServerHost): Promise<string | null> {
  const thread = engine.loadedThreads().find(({ identity }) => identity.id === id);
  if (thread === undefined) return null;
  try {
    return await readFile(thread.identity.path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null; // nothing said yet
    throw error;
  }
}
