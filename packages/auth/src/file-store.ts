import { mkdir, open, readFile, realpath, rename, rm, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AuthError } from "./auth-error.ts";
import { decodeCredentials, encodeCredentials, type Credentials } from "./credentials.ts";
import type { CredentialStore } from "./store.ts";

/** The store in a file of the home: `auth.json`, readable for its owner alone. */
export function createFileStore(home: string): CredentialStore {
  return {
    load: () => readAuth(home),
    save: (credentials) => writeAuth(home, credentials),
    remove: () => removeAuth(home),
  };
}

/** The file that holds the login of a home. */
export function authPath(home: string): string {
  return join(home, "auth.json");
}

/**
 * The login of a home, null when there is none.
 * @throws AuthError `invalid` when the file holds something else, `unreadable`.
 */
export async function readAuth(home: string): Promise<Credentials | null> {
  const file = authPath(home);
  let text;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return null;
    throw new AuthError({ kind: "unreadable", file, reason: messageOf(cause) }, { cause });
  }
  const decoded = decodeCredentials(text);
  if (!decoded.ok) throw new AuthError({ kind: "invalid", file, reason: decoded.reason });
  return decoded.credentials;
}

/**
 * Replaces the login of a home in one step: readers see the old or the new one, whole. Makes the home if need be.
 * @throws AuthError `unwritable`; the old login is still there then.
 */
export async function writeAuth(home: string, credentials: Credentials): Promise<void> {
  const file = authPath(home);
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    const target = await realpath(file).catch(() => file); // a link stays one
    await replaceFile(target, encodeCredentials(credentials, 2));
  } catch (cause) {
    throw new AuthError({ kind: "unwritable", file, reason: messageOf(cause) }, { cause });
  }
}

/** Removes the login of a home. @returns whether there was one. @throws AuthError `unwritable`. */
export async function removeAuth(home: string): Promise<boolean> {
  const file = authPath(home);
  try {
    const target = await realpath(file);
    await unlink(target);
    if (target !== file) await rm(file, { force: true }); // a link: what it led to must not stay behind
    return true;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return false;
    throw new AuthError({ kind: "unwritable", file, reason: messageOf(cause) }, { cause });
  }
}

/** Writes beside the file, makes sure it is on the disk, and moves it there. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.auth.json.${crypto.randomUUID()}`);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
