import type { Account } from "./account.ts";
import { loginMethod } from "./credentials.ts";
import { readIdClaims } from "./login/claims.ts";

/** What a configuration demands of a login; null: nothing. */
export interface LoginRestrictions {
  readonly method: "api" | "chatgpt" | null;
  /** The ChatGPT workspace; an API key has none and passes. */
  readonly workspaceId: string | null;
}

/**
 * Holds the login that a run would use against the restrictions. One that violates them is removed from the store.
 * Nobody being logged in violates nothing. Source: authentication spec, section 6.
 * @param keyOfRun the API key from the environment, which would be used instead of the stored login.
 * @returns what the person is told of a violation; null when there is none.
 * @throws AuthError `unreadable`, `unwritable`.
 */
export async function enforceRestrictions(
  account: Pick<Account, "current" | "logout">,
  { restrictions, keyOfRun }: { readonly restrictions: LoginRestrictions; readonly keyOfRun: string | null },
): Promise<string | null> {
  const { method, workspaceId } = restrictions;
  if (method === null && workspaceId === null) return null;
  const stored = await account.current();
  const used = keyOfRun !== null ? "apiKey" : stored === null ? null : loginMethod(stored);
  if (used === null) return null;

  const problem =
    wrongMethod(method, used) ??
    (used === "apiKey" ? null : wrongWorkspace(workspaceId, readIdClaims(stored?.tokens?.idToken ?? "")?.accountId));
  if (problem === null) return null;
  const wasLoggedIn = await account.logout();
  return wasLoggedIn ? `${problem} You have been logged out.` : problem;
}

function wrongMethod(wanted: LoginRestrictions["method"], used: "apiKey" | "chatgpt"): string | null {
  if (wanted === "api" && used === "chatgpt") {
    return "An API key login is required, and the login in use is one with ChatGPT.";
  }
  if (wanted === "chatgpt" && used === "apiKey") {
    return "A ChatGPT login is required, and an API key is in use.";
  }
  return null;
}

function wrongWorkspace(wanted: string | null, used: string | null | undefined): string | null {
  if (wanted === null || wanted === used) return null;
  const present = used === null || used === undefined ? "names no workspace" : `is in workspace ${used}`;
  return `Login is restricted to workspace ${wanted}, and the login in use ${present}.`;
}
