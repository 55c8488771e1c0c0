import type { StoredThread } from "@heddle/core";
import { type ParamsOf, type SessionSource } from "@heddle/protocol";
import { toRpcError } from "../errors.ts";
import type { ServerHost } from "../host.ts";
import { viewStored } from "../thread-view.ts";
import type { Handler } from "./handler.ts";
import { offsetPage } from "./offset-page.ts";

type ListParams = ParamsOf<"thread/list">;

/** What a client lists when it asks for no sources: the threads that a person started. */
const INTERACTIVE: readonly SessionSource[] = ["cli", "vscode"];

/** `thread/list`: a page of stored threads, newest first unless it is asked for in another order. */
export const listThreads: Handler<"thread/list"> = async (params, { session }) => {
  const { host } = session;
  try {
    const { modelProvider: currentProvider } = await host.loadConfig({});
    const { threads, nextCursor } = isUsualOrder(params)
      ? await newestFirst(params, host, currentProvider)
      : await inOtherOrder(params, host, currentProvider);
    return { data: threads.map((stored) => viewStored(stored, { session, currentProvider })), nextCursor };
  } catch (error) {
    throw toRpcError(error, "listing");
  }
};

interface Page {
  readonly threads: readonly StoredThread[];
  readonly nextCursor: string | null;
}

const limitOf = ({ limit }: ListParams): number => Math.max(1, limit ?? 25);

function isUsualOrder({ sortKey, sortDirection }: ListParams): boolean {
  return (sortKey ?? "created_at") === "created_at" && sortDirection !== "asc";
}

/** The order of the files: no more of them are read than a page needs. */
function newestFirst(params: ListParams, { engine }: ServerHost, defaultProvider: string): Promise<Page> {
  return engine.store.list({
    cursor: params.cursor ?? null,
    limit: limitOf(params),
    ...criteria(params, engine.store.names.get),
    defaultProvider,
  });
}

/** Everything that is wanted is read, put into order and cut into pages by offset. */
async function inOtherOrder(params: ListParams, { engine }: ServerHost, defaultProvider: string): Promise<Page> {
  const wanted = criteria(params, engine.store.names.get);
  const { threads } = await engine.store.list({ ...wanted, limit: Number.MAX_SAFE_INTEGER, defaultProvider });
  const key = (thread: StoredThread): number =>
    (params.sortKey === "created_at" ? thread.createdAt : thread.updatedAt).getTime();
  const sign = params.sortDirection === "asc" ? 1 : -1;
  const sorted = threads.toSorted((one, other) => sign * (key(one) - key(other) || one.id.localeCompare(other.id)));
  const { data, nextCursor } = offsetPage(sorted, { cursor: params.cursor, limit: limitOf(params), what: "threads" });
  return { threads: data, nextCursor };
}

function criteria(
  params: ListParams,
  nameOf: (threadId: string) => string | null,
): Pick<Parameters<ServerHost["engine"]["store"]["list"]>[0], "modelProviders" | "sources" | "archived" | "filter"> {
  const { modelProviders, archived, cwd, sourceKinds, searchTerm, excludedThreadIds } = params;
  const folders = typeof cwd === "string" ? [cwd] : (cwd ?? null);
  const text = searchTerm?.toLowerCase() ?? "";
  const excluded = new Set(excludedThreadIds);
  const has = (name: string | null): boolean => name?.toLowerCase().includes(text) === true;
  return {
    modelProviders: modelProviders ?? null,
    sources: sourcesOf(sourceKinds),
    archived: archived === true,
    filter: (thread) =>
      !excluded.has(thread.id) &&
      (folders === null || folders.includes(thread.cwd)) &&
      (text === "" || has(thread.preview) || has(nameOf(thread.id))),
  };
}

/** Threads of sub-agents are recorded as `unknown` here. */
function sourcesOf(kinds: ListParams["sourceKinds"]): readonly SessionSource[] {
  if (kinds === undefined || kinds === null || kinds.length === 0) return INTERACTIVE;
  return kinds.map((kind) => (isSource(kind) ? kind : "unknown"));
}

function isSource(kind: string): kind is SessionSource {
  return kind === "cli" || kind === "vscode" || kind === "exec" || kind === "appServer" || kind === "unknown";
}
