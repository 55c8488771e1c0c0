import { EngineError, type StoredThread } from "@heddle/core";
import {
  invalidRequest,
  type ParamsOf,
  type SortDirection,
  type ThreadId,
  type ThreadItem,
  type ThreadItemEntry,
  type ThreadItemOutputDeferral,
  type Turn,
  type TurnItemsView,
} from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import type { ServerHost } from "../host.ts";
import { viewStored, viewTurns } from "../thread-view.ts";
import type { Handler } from "./handler.ts";
import { offsetPage } from "./offset-page.ts";
import { cursorAt, positionPage } from "./position-page.ts";
import { readThreadId } from "./thread-id.ts";

/** `thread/read`: a thread as it is stored, or runs, without loading it. */
export const readThread: Handler<"thread/read"> = async ({ threadId, includeTurns = false }, { session }) => {
  const { host } = session;
  const id = readThreadId(threadId);
  try {
    const stored = await findStored(id, host);
    const { modelProvider: currentProvider } = await host.loadConfig({});
    const turns = includeTurns ? await turnsOf(stored, host) : [];
    return { thread: viewStored(stored, { session, currentProvider, turns }) };
  } catch (error) {
    throw toRpcError(error, "reading thread");
  }
};

/** `thread/loaded/list`: ids in the order in which the threads were loaded. */
export const listLoadedThreads: Handler<"thread/loaded/list"> = ({ cursor, limit }, { session }) => {
  const ids = session.host.engine.loadedThreads().map(({ identity }) => identity.id);
  return offsetPage(ids, { cursor, limit, what: "loaded threads" });
};

/** `thread/turns/list`: newest first unless asked otherwise; without `itemsView`, what was asked and answered. */
export const listTurns: Handler<"thread/turns/list"> = async (params, { session }) => {
  const { cursor, limit, sortDirection, itemsView } = params;
  const id = readThreadId(params.threadId);
  try {
    const turns = viewTurns(await turnsOf(await findStored(id, session.host), session.host), session);
    const page = positionPage(turns, { cursor, limit, direction: sortDirection });
    return { ...page, data: page.data.map((turn) => viewTurn(turn, itemsView ?? "summary")) };
  } catch (error) {
    throw toRpcError(error, "reading thread");
  }
};

/** `thread/items/list`: newest first unless asked otherwise. */
export const listItems: Handler<"thread/items/list"> = async (params, { session }) => {
  const { turnId, limit, sortDirection } = params;
  const id = readThreadId(params.threadId);
  try {
    const turns = viewTurns(await turnsOf(await findStored(id, session.host), session.host), session);
    const wanted = turnId === undefined || turnId === null ? turns : turns.filter((turn) => turn.id === turnId);
    const all = wanted.flatMap((turn) => turn.items.map((item): ThreadItemEntry => ({ turnId: turn.id, item })));
    const cursor = readItemCursor(params.cursor, { entries: all, direction: sortDirection });
    const page = positionPage(all, { cursor, limit, direction: sortDirection });
    return { ...page, data: page.data.map((entry) => withoutOutput(entry, params.deferOutput ?? {})) };
  } catch (error) {
    throw toRpcError(error, "reading thread");
  }
};

/** The file of a thread, live or archived. @throws EngineError `noRollout`. */
export async function findStored(id: ThreadId, { engine: { store } }: ServerHost): Promise<StoredThread> {
  const path = (await store.find(id)) ?? (await store.findArchived(id));
  const stored = path === null ? null : store.describe(path);
  if (stored === null) throw new EngineError({ kind: "noRollout", threadId: id });
  return stored;
}

/** The turns of a thread; those that run as they are now. */
async function turnsOf({ id, path }: StoredThread, { engine }: ServerHost): Promise<Turn[]> {
  const live = engine.loadedThreads().find(({ identity }) => identity.id === id);
  const running = live?.liveTurns() ?? [];
  const { turns } = await engine.readThread(path);
  const ids = new Set(running.map((turn) => turn.id));
  return [...turns(null).filter((turn) => !ids.has(turn.id)), ...running];
}

function viewTurn(turn: Turn, itemsView: TurnItemsView): Turn {
  switch (itemsView) {
    case "notLoaded":
      return { ...turn, items: [], itemsView };
    case "summary":
      return { ...turn, items: summary(turn.items), itemsView };
    case "full":
      return { ...turn, itemsView };
  }
}

/** What the user said first and what the agent said last. */
function summary(items: readonly ThreadItem[]): ThreadItem[] {
  const asked = items.find(({ type }) => type === "userMessage");
  const answered = items.findLast(({ type }) => type === "agentMessage");
  return [asked, answered].filter((item) => item !== undefined);
}

/** An entry whose item keeps its output to itself, if it has one and is of a kind that is deferred. */
function withoutOutput(
  entry: ThreadItemEntry,
  { commandExecution = false, mcpToolCall = false }: ThreadItemOutputDeferral,
): ThreadItemEntry {
  const { item } = entry;
  if (commandExecution && item.type === "commandExecution" && item.aggregatedOutput !== null) {
    return { ...entry, item: { ...item, aggregatedOutput: null }, outputDeferred: true };
  }
  if (mcpToolCall && item.type === "mcpToolCall" && item.result !== null) {
    return { ...entry, item: { ...item, result: null }, outputDeferred: true };
  }
  return entry;
}

/** A page begins where another one ended, or with an item. @throws RpcError when there is no such item. */
function readItemCursor(
  cursor: ParamsOf<"thread/items/list">["cursor"],
  where: { readonly entries: readonly ThreadItemEntry[]; readonly direction: SortDirection | null | undefined },
): string | null {
  if (typeof cursor === "string" || cursor === undefined || cursor === null) return cursor ?? null;
  const at = where.entries.findIndex(({ item }) => item.id === cursor.itemId);
  if (at === -1) throw invalidRequest(`no item ${cursor.itemId} here`);
  return cursorAt(at, where.direction);
}
