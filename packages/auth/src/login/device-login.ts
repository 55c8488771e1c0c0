import { setTimeout as delay } from "node:timers/promises";
import type { Account } from "../account.ts";
import { AuthError } from "../auth-error.ts";
import { exchangeCode } from "./exchange.ts";
import { ISSUER_TIMEOUT_MS, readJsonObject, reasonOf, type Fetch, type FetchAnswer } from "./http.ts";
import type { Issuer } from "./issuer.ts";

/** How long the issuer takes a code. */
const LIFETIME_MS = 15 * 60_000;

export interface DeviceLoginOptions {
  readonly account: Pick<Account, "save">;
  readonly issuer: Issuer;
  readonly fetch: Fetch;
  readonly now: () => Date;
  /** The only workspace that may log in, null for any. */
  readonly workspaceId: string | null;
  /** Shows the person where to go and what to type in there. */
  readonly onCode: (code: DeviceCode) => void;
  readonly signal: AbortSignal;
  /** Waits between two questions. Default: the clock. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What the person needs. It is a secret: who has it can log in with it for as long as it lives. */
export interface DeviceCode {
  readonly url: string;
  readonly userCode: string;
}

/**
 * Logs in on another device: the person types a code in there, and this program asks until that is done. What is stored
 * becomes the only login. Source: authentication spec, section 5.
 * @throws AuthError `loginFailed`, `unwritable`. @throws the reason of `signal`.
 */
export async function deviceLogin(options: DeviceLoginOptions): Promise<void> {
  const { account, issuer, fetch, now, workspaceId, onCode, signal } = options;
  const deadline = now().getTime() + LIFETIME_MS;
  const request = await requestCode(options);
  onCode({ url: `${issuer.url}/codex/device`, userCode: request.userCode });
  const grant = await awaitGrant(request, { ...options, deadline });
  const exchanged = await exchangeCode(
    { issuer, fetch, signal },
    { code: grant.code, verifier: grant.verifier, redirectUri: `${issuer.url}/deviceauth/callback` },
  );
  signal.throwIfAborted();
  if (!exchanged.ok) throw failed(`device code exchange failed: ${exchanged.reason}`);
  const { tokens } = exchanged;
  if (workspaceId !== null && tokens.accountId !== workspaceId) {
    throw failed(`Login is restricted to workspace id ${workspaceId}.`);
  }
  await account.save({ apiKey: null, tokens, lastRefresh: now() });
}

interface CodeRequest {
  readonly id: string;
  readonly userCode: string;
  readonly intervalMs: number;
}

async function requestCode(options: DeviceLoginOptions): Promise<CodeRequest> {
  const answer = await post(options, "usercode", { client_id: options.issuer.clientId });
  if (answer.status === 404) {
    throw failed("device code login is not enabled for this server; log in with the browser or an API key");
  }
  if (!isSuccess(answer)) throw failed(`device code request failed with status ${answer.status}`);
  const body = (await readJsonObject(answer)) ?? {};
  const { device_auth_id: id, user_code: userCode = body["usercode"], interval } = body;
  const seconds = Number(interval);
  if (typeof id !== "string" || typeof userCode !== "string" || !Number.isFinite(seconds) || seconds < 0) {
    throw failed("the server gave no device code");
  }
  return { id, userCode, intervalMs: seconds * 1000 };
}

/** What the issuer gives once the person has typed the code in. */
interface Grant {
  readonly code: string;
  readonly verifier: string;
}

async function awaitGrant(
  { id, userCode, intervalMs }: CodeRequest,
  options: DeviceLoginOptions & { readonly deadline: number },
): Promise<Grant> {
  const { now, deadline, signal, wait = (ms) => delay(ms, undefined, { signal }) } = options;
  for (;;) {
    const answer = await post(options, "token", { device_auth_id: id, user_code: userCode });
    if (isSuccess(answer)) return readGrant(answer);
    if (answer.status !== 403 && answer.status !== 404) throw failed(`device auth failed with status ${answer.status}`);
    if (now().getTime() + intervalMs > deadline) throw failed("device auth timed out after 15 minutes");
    await wait(intervalMs, signal);
  }
}

async function readGrant(answer: FetchAnswer): Promise<Grant> {
  const { authorization_code: code, code_verifier: verifier } = (await readJsonObject(answer)) ?? {};
  if (typeof code !== "string" || typeof verifier !== "string") throw failed("the server gave no authorization code");
  return { code, verifier };
}

async function post(
  { issuer, fetch, signal }: DeviceLoginOptions,
  what: "usercode" | "token",
  body: Readonly<Record<string, string>>,
): Promise<FetchAnswer> {
  try {
    return await fetch(`${issuer.url}/api/accounts/deviceauth/${what}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ISSUER_TIMEOUT_MS)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    throw failed(reasonOf(error), error);
  }
}

function isSuccess({ status }: FetchAnswer): boolean {
  return status >= 200 && status < 300;
}

function failed(reason: string, cause?: unknown): AuthError {
  return new AuthError({ kind: "loginFailed", reason }, { cause });
}
