/** Why something about credentials failed. */
export type AuthFailure =
  /** The store is there and does not hold credentials. */
  | { readonly kind: "invalid"; readonly file: string; readonly reason: string }
  | { readonly kind: "unreadable"; readonly file: string; readonly reason: string }
  | { readonly kind: "unwritable"; readonly file: string; readonly reason: string }
  /** The configuration forbids this kind of login. */
  | { readonly kind: "loginDisabled"; readonly method: "api" | "chatgpt" }
  | { readonly kind: "emptyApiKey" };

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
  }
}
