/** What can go wrong between a client and a server, apart from a request that the server refuses (`RpcError`). */
export type ClientFailure =
  /** The app server could not be started. */
  | { readonly kind: "notStarted"; readonly command: string }
  /** No app server lets this client in at that place: `cause` says why. */
  | { readonly kind: "notReached"; readonly url: string }
  /** The server answered something else than its protocol says; `path` names the place in the answer. */
  | { readonly kind: "unexpectedAnswer"; readonly method: string; readonly reason: string; readonly path: string }
  /** The connection ended before the turn did. */
  | { readonly kind: "connectionLost"; readonly reason: string };

/** The one error of this package; `cause` keeps that of the system. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly failure: ClientFailure;
  constructor(failure: ClientFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.failure = failure;
  }
}

function describe(failure: ClientFailure): string {
  switch (failure.kind) {
    case "notStarted":
      return `the app server could not be started: check the command \`${failure.command}\``;
    case "notReached":
      return `no app server lets us in at ${failure.url}: check that it runs, and the token`;
    case "unexpectedAnswer": {
      const place = failure.path === "" ? "" : ` at \`${failure.path}\``;
      return `the server's answer to ${failure.method} is not what its protocol says: ${failure.reason}${place}; are both of one version?`;
    }
    case "connectionLost":
      return `the connection ended before the turn did: ${failure.reason}; resume the thread by its id`;
  }
}
