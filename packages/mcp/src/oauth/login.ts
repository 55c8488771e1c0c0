import {
  exchangeAuthorization,
  registerClient,
  startAuthorization,
  type FetchLike,
  type OAuthClientInformation,
  type OAuthTokens,
} from "@modelcontextprotocol/client";
import { randomBytes } from "node:crypto";
import { timeoutSignal, withSignal } from "../abort.ts";
import { McpError, reasonOf } from "../mcp-error.ts";
import { openCallbackServer, type CallbackServer } from "./callback-server.ts";
import { discover, limitedFetch, type AuthorizationServer } from "./discovery.ts";
import type { LoginOrder, McpLogin } from "./oauth.ts";
import type { TokenRecord } from "./token-record.ts";

/**
 * Begins a login at a server over HTTP: finds where it is made, registers a client, and waits for the browser.
 * @throws McpError `loginFailed`.
 */
export async function startLogin(order: LoginOrder): Promise<McpLogin> {
  const { server, url, requests, client } = order;
  const stop = new AbortController();
  const state = randomBytes(24).toString("base64url");
  let callbackServer: CallbackServer | null = null;
  try {
    const options = { requests, signal: stop.signal };
    const authorization = await discover(url, options);
    if (authorization === null) throw new Error("the server knows no logins");
    const fetchFn = limitedFetch(requests, { origin: new URL(url).origin, signal: stop.signal });
    const opened = await openCallbackServer(state, order.callbackPort);
    callbackServer = opened;
    const { metadata } = authorization;
    const clientInformation =
      client === null
        ? await register(authorization, opened.redirectUrl, fetchFn)
        : { client_id: client.id, ...(client.secret === null ? {} : { client_secret: client.secret }) };
    const scopes = order.scopes ?? authorization.scopes;
    const resource = new URL(url);
    resource.hash = "";
    const { authorizationUrl, codeVerifier } = await startAuthorization(authorization.url, {
      metadata,
      clientInformation,
      redirectUrl: opened.redirectUrl,
      state,
      resource,
      ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
    });
    // What a server names is opened in the person's browser: a page, and nothing that starts a program.
    if (!["http:", "https:"].includes(authorizationUrl.protocol)) {
      throw new Error(`the server's address for logins is no web page: ${authorizationUrl.protocol}`);
    }
    const finish = async (): Promise<void> => {
      const { code, iss } = await waitForCallback(opened, order, stop.signal);
      const tokens = await exchangeAuthorization(authorization.url, {
        metadata,
        clientInformation,
        authorizationCode: code,
        codeVerifier,
        redirectUri: opened.redirectUrl,
        resource,
        fetchFn,
        ...(iss === undefined ? {} : { iss }),
      });
      await order.store.save(
        toRecord(tokens, {
          serverName: server,
          serverUrl: url,
          clientId: clientInformation.client_id,
          // That of the configuration stays where it is.
          clientSecret: client === null ? (clientInformation.client_secret ?? null) : null,
          scopes,
          issuer: metadata.issuer,
          now: order.now(),
        }),
      );
    };
    const completed = endWith(finish(), () => opened.close()).catch((error: unknown) => {
      throw loginFailed(server, error);
    });
    completed.catch(() => {}); // told to whoever waits for it
    return {
      authorizationUrl: authorizationUrl.href,
      completed,
      async cancel() {
        stop.abort(new Error("the login was cancelled"));
        await completed.catch(() => {});
      },
    };
  } catch (error) {
    await callbackServer?.close();
    throw loginFailed(server, error);
  }
}

async function register(
  { url, metadata }: AuthorizationServer,
  redirectUrl: string,
  fetchFn: FetchLike,
): Promise<OAuthClientInformation> {
  if (metadata.registration_endpoint === undefined) {
    throw new Error("its authorization server registers no clients; set oauth.client_id to one that it knows");
  }
  // The newest revision prefers a client that has a document on the web; ours has none, and servers know registration.
  // oxlint-disable-next-line typescript/no-deprecated
  return registerClient(url, {
    metadata,
    clientMetadata: {
      client_name: "Heddle",
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
      response_types: ["code"],
      application_type: "native",
    },
    fetchFn,
  });
}

/** Waits for work, and closes what it used in any case. */
async function endWith(work: Promise<void>, close: () => Promise<void>): Promise<void> {
  try {
    await work;
  } finally {
    await close();
  }
}

async function waitForCallback(
  { callback }: CallbackServer,
  { timeoutMs }: LoginOrder,
  signal: AbortSignal,
): ReturnType<typeof withSignal<Awaited<CallbackServer["callback"]>>> {
  const late = timeoutSignal(timeoutMs);
  try {
    return await withSignal(callback, AbortSignal.any([signal, late]));
  } catch (error) {
    if (late.aborted) throw new Error("timed out waiting for OAuth callback", { cause: error });
    throw error;
  }
}

/** A login out of what a token endpoint gave. */
export function toRecord(
  tokens: OAuthTokens,
  about: Omit<TokenRecord, "accessToken" | "expiresAt" | "refreshToken"> & { readonly now: number },
): TokenRecord {
  const { now, scopes, ...rest } = about;
  return {
    ...rest,
    accessToken: tokens.access_token,
    expiresAt: tokens.expires_in === undefined ? null : now + tokens.expires_in * 1_000,
    refreshToken: tokens.refresh_token ?? null,
    scopes: tokens.scope === undefined ? scopes : tokens.scope.split(" ").filter((scope) => scope !== ""),
  };
}

function loginFailed(server: string, error: unknown): McpError {
  if (error instanceof McpError) return error;
  return new McpError({ kind: "loginFailed", server, reason: reasonOf(error) }, { cause: error });
}
