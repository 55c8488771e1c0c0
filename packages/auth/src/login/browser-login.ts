import type { Account } from "../account.ts";
import { AuthError, type AuthFailure } from "../auth-error.ts";
import { listenForBrowser, notFound, type Reply } from "./callback-server.ts";
import { readIdClaims } from "./claims.ts";
import { exchangeApiKey, exchangeCode } from "./exchange.ts";
import type { Fetch } from "./http.ts";
import { authorizeUrl, type Issuer } from "./issuer.ts";
import { createPkce, createState } from "./pkce.ts";
import { loginResult, successPage, successPath, type LoginResult } from "./success-page.ts";

/** The port that the issuer knows this program by. */
const LOGIN_PORT = 1455;
/** How long the browser may take to fetch the last page, once the login is stored. */
const LAST_PAGE_MS = 5_000;

export interface BrowserLoginOptions {
  readonly account: Pick<Account, "save">;
  readonly issuer: Issuer;
  readonly fetch: Fetch;
  readonly now: () => Date;
  /** The program on whose behalf this is, as the issuer is told. */
  readonly originator: string;
  /** The only workspace that may log in, null for any. */
  readonly workspaceId: string | null;
  /** Null: as long as it takes. */
  readonly timeoutMs: number | null;
  /** 0 for any that is free; the issuer of ChatGPT takes only the default. */
  readonly port?: number;
}

/** A login that waits for a browser. */
export interface BrowserLogin {
  /** Where the person has to go. */
  readonly authUrl: string;
  readonly port: number;
  /** Resolves once somebody is logged in. Rejects with AuthError `loginFailed`, `loginTimedOut`. */
  readonly completed: Promise<void>;
  /** Gives up, unless it has succeeded; resolves when it has ended either way. Idempotent. */
  cancel(): Promise<void>;
}

/** What came of a code. */
type Outcome =
  | { readonly type: "stored"; readonly result: LoginResult }
  | { readonly type: "wrongWorkspace"; readonly message: string }
  | { readonly type: "failed"; readonly message: string };

/**
 * Begins a login in the browser: authorization code with PKCE, the browser comes back to a port of this machine.
 * What is stored becomes the only login. Source: authentication spec, section 4.
 * @throws AuthError `loginServer` when the port cannot be had.
 */
export async function startBrowserLogin(options: BrowserLoginOptions): Promise<BrowserLogin> {
  const { account, issuer, fetch, now, originator, workspaceId, timeoutMs } = options;
  const { verifier, challenge } = createPkce();
  const state = createState();
  const stop = new AbortController();
  const end = createEnd();
  let stored: LoginResult | null = null;
  let exchange: Promise<Outcome> | null = null;

  const answer = async (url: URL): Promise<Reply> => {
    switch (url.pathname) {
      case "/auth/callback":
        return answerCallback(url.searchParams);
      case "/success":
        if (stored === null) return notFound;
        soon(() => finish(NOT_COMPLETED));
        return { type: "page", html: successPage(stored) };
      case "/cancel":
        soon(() => finish(NOT_COMPLETED));
        return text(200, "Login cancelled");
      default:
        return notFound;
    }
  };
  const server = await listenForBrowser({ port: options.port ?? LOGIN_PORT, answer });
  const origin = `http://localhost:${server.port}`;
  const redirectUri = `${origin}/auth/callback`;

  const answerCallback = async (query: URLSearchParams): Promise<Reply> => {
    if (query.get("state") !== state) return text(400, "State mismatch");
    const code = query.get("code");
    if (code === null || code === "") return text(400, "Missing authorization code");
    exchange ??= useCode(code); // a browser may ask twice; the code works once
    const outcome = await exchange;
    switch (outcome.type) {
      case "stored":
        setTimeout(() => void finish(NOT_COMPLETED), LAST_PAGE_MS).unref();
        return { type: "redirect", location: `${origin}${successPath(outcome.result)}` };
      case "wrongWorkspace":
        soon(() => finish({ kind: "loginFailed", reason: outcome.message }));
        return text(200, outcome.message);
      case "failed":
        exchange = null; // the person may try again
        return text(500, outcome.message);
    }
  };

  /** Stores nothing once the login has been given up. */
  const useCode = async (code: string): Promise<Outcome> => {
    const endpoint = { issuer, fetch, signal: stop.signal };
    const exchanged = await exchangeCode(endpoint, { code, redirectUri, verifier });
    if (!exchanged.ok) return { type: "failed", message: `Token exchange failed: ${exchanged.reason}` };
    const { tokens } = exchanged;
    if (workspaceId !== null && tokens.accountId !== workspaceId) {
      return { type: "wrongWorkspace", message: `Login is restricted to workspace id ${workspaceId}.` };
    }
    const apiKey = await exchangeApiKey(endpoint, tokens);
    if (stop.signal.aborted) return { type: "failed", message: "Login was not completed" };
    try {
      await account.save({ apiKey, tokens, lastRefresh: now() });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { type: "failed", message: `Unable to persist auth file: ${reason}` };
    }
    stored = loginResult(readIdClaims(tokens.idToken), issuer);
    return { type: "stored", result: stored };
  };

  /** Ends the login: well when it has been stored by then, else with this failure. */
  const finish = async (failure: AuthFailure): Promise<void> => {
    clearTimeout(timer);
    stop.abort();
    server.close();
    await exchange; // what is being stored at this moment counts
    end.settle(stored === null ? new AuthError(failure) : null);
  };
  const timer = timeoutMs === null ? undefined : setTimeout(() => void finish({ kind: "loginTimedOut" }), timeoutMs);

  return {
    authUrl: authorizeUrl({ issuer, redirectUri, challenge, state, originator, workspaceId }),
    port: server.port,
    completed: end.completed,
    cancel: () => finish(NOT_COMPLETED),
  };
}

const NOT_COMPLETED: AuthFailure = { kind: "loginFailed", reason: "Login was not completed" };

/** A promise and what ends it; only the first end counts. */
function createEnd(): { readonly completed: Promise<void>; settle(error: AuthError | null): void } {
  let settle: (error: AuthError | null) => void = () => {};
  const completed = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === null ? resolve() : reject(error));
  });
  completed.catch(() => {}); // a login that nobody waits for may fail
  return { completed, settle: (error) => settle(error) };
}

function text(status: number, body: string): Reply {
  return { type: "text", status, text: body };
}

/** After the answer that is being made has been handed over. */
function soon(run: () => Promise<void>): void {
  setImmediate(() => void run());
}
