import { createServer } from "node:http";

/** What the browser brought back. */
export interface Callback {
  readonly code: string;
  /** The issuer, when the authorization server names it. */
  readonly iss: string | undefined;
}

/** A server on loopback that waits for the browser of one login. */
export interface CallbackServer {
  readonly redirectUrl: string;
  /** Resolves with the code. Rejects when the login was refused or its state is another's. Never resolves after `close`. */
  readonly callback: Promise<Callback>;
  close(): Promise<void>;
}

const PATH = "/callback";
const DONE = "Authentication complete. You may close this window.";
const INVALID = "Invalid OAuth callback";

/** @param wantedPort 0: a free one. @param state what the answer has to carry. */
export async function openCallbackServer(state: string, wantedPort: number): Promise<CallbackServer> {
  let settle: { resolve: (callback: Callback) => void; reject: (error: Error) => void } | null = null;
  const callback = new Promise<Callback>((resolve, reject) => {
    settle = { resolve, reject };
  });
  callback.catch(() => {});
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const outcome = request.method === "GET" && url.pathname === PATH ? readCallback(url.searchParams, state) : null;
    const ok = outcome !== null && !(outcome instanceof Error);
    const text = ok ? DONE : (outcome?.message ?? INVALID);
    response.writeHead(ok ? 200 : 400, { "content-type": "text/plain; charset=utf-8", connection: "close" });
    response.end(text, () => {
      if (outcome instanceof Error) settle?.reject(outcome);
      else if (outcome !== null) settle?.resolve(outcome);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wantedPort, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    redirectUrl: `http://127.0.0.1:${port}${PATH}`,
    callback,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The code, the end of the login, or null for a request that says neither: waiting goes on. */
function readCallback(params: URLSearchParams, expected: string): Callback | Error | null {
  const { code, state, error } = Object.fromEntries(params);
  if (state === undefined || (code === undefined && error === undefined)) return null;
  if (state !== expected) return new Error("the state of the callback is not the one of this login");
  if (error !== undefined) {
    const description = params.get("error_description");
    return new Error(description === null ? error : `${error}: ${description}`);
  }
  return code === undefined ? null : { code, iss: params.get("iss") ?? undefined };
}
