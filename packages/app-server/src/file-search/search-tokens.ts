/** A search that a newer one may end. Disposed of when it has ended. */
export interface CancellableSearch extends Disposable {
  readonly signal: AbortSignal;
}

/** The searches that carry a token: a newer one of the same client with the same token ends the older one. */
export interface SearchTokens {
  /** @param client whose tokens are its own. @param token null: the search stands for itself. */
  begin(client: object, token: string | null): CancellableSearch;
}

export function createSearchTokens(): SearchTokens {
  const clients = new WeakMap<object, Map<string, AbortController>>();
  return {
    begin(client, token) {
      const running = clients.get(client) ?? new Map<string, AbortController>();
      clients.set(client, running);
      const search = new AbortController();
      if (token !== null) {
        running.get(token)?.abort();
        running.set(token, search);
      }
      return {
        signal: search.signal,
        [Symbol.dispose]() {
          if (token !== null && running.get(token) === search) running.delete(token);
        },
      };
    },
  };
}
