import type { StoredThread, Thread } from "@heddle/core";
import { threadId, type Thread as WireThread, type Turn } from "@heddle/protocol";

/** A loaded thread as the wire shows it. `turns` is filled only where a thread is resumed. */
export function viewThread(thread: Thread, cliVersion: string, turns: readonly Turn[] = []): WireThread {
  const { identity, settings, preview } = thread;
  return {
    id: identity.id,
    preview,
    modelProvider: settings.provider,
    createdAt: seconds(identity.createdAt),
    path: identity.path,
    cwd: settings.cwd,
    cliVersion,
    source: identity.source,
    gitInfo: identity.gitInfo,
    turns: [...turns],
  };
}

/** A stored thread as lists show it. A thread that names no provider counts as one of the current one. */
export function viewStored(stored: StoredThread, currentProvider: string): WireThread {
  const { id, preview, modelProvider, createdAt, path, cwd, cliVersion, source, gitInfo } = stored;
  return {
    id: threadId(id),
    preview,
    modelProvider: modelProvider ?? currentProvider,
    createdAt: seconds(createdAt),
    path,
    cwd,
    cliVersion,
    source,
    gitInfo,
    turns: [],
  };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
