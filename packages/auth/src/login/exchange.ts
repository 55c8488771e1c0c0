import { readIdClaims } from "./claims.ts";
import { encodeQuery, type Issuer } from "./issuer.ts";
import { ISSUER_TIMEOUT_MS, readJsonObject, reasonOf, type Fetch } from "./http.ts";
import type { ChatGptTokens } from "../credentials.ts";

/** Tokens, or why there are none. The reason quotes nothing that the endpoint sent. */
export type Exchanged =
  | { readonly ok: true; readonly tokens: ChatGptTokens }
  | { readonly ok: false; readonly reason: string };

interface Endpoint {
  readonly issuer: Issuer;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** Turns the code of the callback into tokens. */
export async function exchangeCode(
  endpoint: Endpoint,
  grant: { readonly code: string; readonly redirectUri: string; readonly verifier: string },
): Promise<Exchanged> {
  try {
    const answer = await post(endpoint, [
      ["grant_type", "authorization_code"],
      ["code", grant.code],
      ["redirect_uri", grant.redirectUri],
      ["client_id", endpoint.issuer.clientId],
      ["code_verifier", grant.verifier],
    ]);
    if (!isSuccess(answer.status)) return refused(`token endpoint returned status ${answer.status}`);
    const tokens = readTokens(await readJsonObject(answer));
    return tokens === null ? refused("token endpoint returned no tokens") : { ok: true, tokens };
  } catch (error) {
    return refused(reasonOf(error));
  }
}

/** An API key for the account, null when it is not given one: many accounts have none. */
export async function exchangeApiKey(endpoint: Endpoint, { idToken }: ChatGptTokens): Promise<string | null> {
  try {
    const answer = await post(endpoint, [
      ["grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"],
      ["client_id", endpoint.issuer.clientId],
      ["requested_token", "openai-api-key"],
      ["subject_token", idToken],
      ["subject_token_type", "urn:ietf:params:oauth:token-type:id_token"],
    ]);
    if (!isSuccess(answer.status)) return null;
    const key = (await readJsonObject(answer))?.["access_token"];
    return typeof key === "string" && key !== "" ? key : null;
  } catch {
    return null; // the login works without one
  }
}

function post({ issuer, fetch, signal }: Endpoint, form: readonly (readonly [string, string])[]): ReturnType<Fetch> {
  return fetch(`${issuer.url}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: encodeQuery(form),
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(ISSUER_TIMEOUT_MS)]),
  });
}

function readTokens(body: Readonly<Record<string, unknown>> | null): ChatGptTokens | null {
  const { id_token: idToken, access_token: accessToken, refresh_token: refreshToken } = body ?? {};
  if (typeof idToken !== "string" || typeof accessToken !== "string" || typeof refreshToken !== "string") return null;
  return { idToken, accessToken, refreshToken, accountId: readIdClaims(idToken)?.accountId ?? null };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function refused(reason: string): Exchanged {
  return { ok: false, reason };
}
