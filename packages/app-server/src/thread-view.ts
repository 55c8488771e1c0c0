import type { StoredThread, Thread } from "@heddle/core";
import { threadId, type Thread as WireThread, type ThreadId, type Turn } from "@heddle/protocol";
import { toClassicTurns } from "./classic-items.ts";
import type { Session } from "./session.ts";

/** A loaded thread as this client's dialect shows it. `turns` is filled only where a thread is resumed or read. */
export function viewThread(thread: Thread, session: Session, turns: readonly Turn[] = []): WireThread {
  const { identity, settings, preview } = thread;
  const { id, path, createdAt, source, gitInfo, forkedFrom } = identity;
  return {
    id,
    preview,
    modelProvider: settings.provider,
    createdAt: seconds(createdAt),
    path,
    cwd: settings.cwd,
    cliVersion: session.host.version,
    source,
    gitInfo,
    turns: viewTurns(turns, session),
    ...laterMembers(session, () => {
      const updatedAt = session.host.engine.store.describe(path)?.updatedAt ?? createdAt;
      return { id, updatedAt, forkedFrom };
    }),
  };
}

/**
 * A loaded thread as lists show it, too: with the folder and the provider that it was recorded with, which need not be
 * those that hold now. Source: app-server spec, section 4.
 */
export function viewRecorded(thread: Thread, session: Session, turns: readonly Turn[]): WireThread {
  const stored = session.host.engine.store.describe(thread.identity.path);
  if (stored === null) return viewThread(thread, session, turns); // a file of a name that lists do not know
  const { provider: currentProvider } = thread.settings;
  const { preview } = thread; // the file may be behind by a message
  return viewStored({ ...stored, preview }, { session, currentProvider, turns });
}

/** A stored thread as lists show it. A thread that names no provider counts as one of the current one. */
export function viewStored(stored: StoredThread, { session, currentProvider, turns = [] }: StoredView): WireThread {
  const { preview, modelProvider, createdAt, updatedAt, path, cwd, cliVersion, source, gitInfo } = stored;
  const id = threadId(stored.id);
  const forkedFrom = stored.forkedFrom === null ? null : threadId(stored.forkedFrom);
  return {
    id,
    preview,
    modelProvider: modelProvider ?? currentProvider,
    createdAt: seconds(createdAt),
    path,
    cwd,
    cliVersion,
    source,
    gitInfo,
    turns: viewTurns(turns, session),
    ...laterMembers(session, () => ({ id, updatedAt, forkedFrom })),
  };
}

/** Turns as this client's dialect shows them. */
export function viewTurns(turns: readonly Turn[], { dialect }: Session): Turn[] {
  return dialect === "classic" ? toClassicTurns(turns) : [...turns];
}

/** Whom a stored thread is shown to, and what the file does not say. */
interface StoredView {
  readonly session: Session;
  readonly currentProvider: string;
  readonly turns?: readonly Turn[];
}

/** What the newer dialect has beside the members of December 2025. */
function laterMembers(
  { dialect, host }: Session,
  read: () => { readonly id: ThreadId; readonly updatedAt: Date; readonly forkedFrom: ThreadId | null },
): Partial<WireThread> {
  if (dialect === "classic") return {};
  const { id, updatedAt, forkedFrom } = read();
  return {
    status: host.feeds.status(id),
    name: host.engine.store.names.get(id),
    updatedAt: seconds(updatedAt),
    ephemeral: false,
    sessionId: id,
    projectId: null,
    forkedFromId: forkedFrom,
  };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
