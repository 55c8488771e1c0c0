import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const TOKEN_BYTES = 32;
/** Shorter ones can be guessed. */
const MIN_LENGTH = 16;

/**
 * The token in a file; a missing file is made, for this user alone, and kept: clients find it there again.
 * @throws Error when the file cannot be read or made, or its token is too short.
 */
export function readOrMakeToken(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(TOKEN_BYTES).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    chmodSync(path, 0o600);
  }
  const token = readFileSync(path, "utf8").trim();
  if (token.length < MIN_LENGTH || /\s/.test(token)) {
    throw new Error(`${path} holds no token of at least ${MIN_LENGTH} characters; delete it, and one is made`);
  }
  return token;
}
