import { createHash, randomBytes } from "node:crypto";

/** Proves at the token endpoint that the code was asked for here (RFC 7636). */
export interface Pkce {
  readonly verifier: string;
  /** The SHA-256 of the verifier: what the authorization request shows. */
  readonly challenge: string;
}

export function createPkce(): Pkce {
  const verifier = randomBytes(64).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** What the callback has to bring back: without it somebody else's code could be slipped in. */
export function createState(): string {
  return randomBytes(32).toString("base64url");
}
