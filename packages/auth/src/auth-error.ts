/** Why something about credentials failed. */
export type AuthFailure =
  /** The store is there and does not hold credentials. */
  | { readonly kind: "invalid"; readonly file: string; readonly reason: string }
  | { readonly kind: "unreadable"; readonly file: string; readonly reason: string }
  | { readonly kind: "unwritable"; readonly file: string; readonly reason: string }
  /** The configuration forbids this kind of login. */
  | { readonly kind: "loginDisabled"; readonly method: "api" | "chatgpt" }
  | { readonly kind: "emptyApiKey" }
  /** There is no port for the browser to come back to. */
  | { readonly kind: "loginServer"; readonly reason: string }
  | { readonly kind: "loginFailed"; readonly reason: string }
  | { readonly kind: "loginTimedOut" }
  /** The issuer gives no more tokens for this login: only a new login helps. */
  | { readonly kind: "refreshRefused"; readonly refusal: RefreshRefusal }
  /** It may work the next time. */
  | { readonly kind: "refreshFailed"; readonly reason: string };

/** Why a refresh token is no longer taken. */
export type RefreshRefusal = "expired" | "exhausted" | "revoked" | "other";

/** The one error that leaves `@heddle/auth`. No message ever holds a credential. */
export class AuthError extends Error {
  override readonly name = "AuthError";
  readonly failure: AuthFailure;

  constructor(failure: AuthFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.failure = failure;
  }
}

function describe(failure: AuthFailure): string {
  switch (failure.kind) {
    case "invalid":
      return `${failure.file}: ${failure.reason}; log out and in again to write it anew`;
    case "unreadable":
      return `cannot read ${failure.file}: ${failure.reason}`;
    case "unwritable":
      return `cannot write ${failure.file}: ${failure.reason}`;
    case "loginDisabled":
      return failure.method === "api"
        ? "API key login is disabled. Use ChatGPT login instead."
        : "ChatGPT login is disabled. Use API key login instead.";
    case "emptyApiKey":
      return "No API key provided.";
    case "loginServer":
    case "loginFailed":
      return failure.reason;
    case "loginTimedOut":
      return "Login timed out";
    case "refreshRefused":
      return `${describeRefusal(failure.refusal)} Log out and log in again.`;
    case "refreshFailed":
      return `Failed to refresh token: ${failure.reason}`;
  }
}

function describeRefusal(refusal: RefreshRefusal): string {
  switch (refusal) {
    case "expired":
      return "The login has expired.";
    case "exhausted":
      return "The login was refreshed by somebody else already.";
    case "revoked":
      return "The login was revoked.";
    case "other":
      return "The login was refused when it was to be refreshed.";
  }
}
