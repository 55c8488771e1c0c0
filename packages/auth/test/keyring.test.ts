import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AuthError, authPath, createStore, type Credentials, type Keyring, type StoreKind } from "../src/index.ts";

const LOGIN: Credentials = { apiKey: "sk-one", tokens: null, lastRefresh: null };
const OTHER: Credentials = { apiKey: "sk-two", tokens: null, lastRefresh: null };

/** A keyring in memory; `broken`: one that cannot be reached. */
function memoryKeyring({ broken = false } = {}): Keyring & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  const reach = <T>(value: T): Promise<T> =>
    broken ? Promise.reject(new Error("locked\nand a long trace")) : Promise.resolve(value);
  return {
    entries,
    get: (account) => reach(entries.get(account) ?? null),
    set: (account, secret) => reach(void entries.set(account, secret)),
    remove: (account) => reach(entries.delete(account)),
  };
}

async function withHome(work: (home: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), "heddle-auth-"));
  try {
    await work(home);
  } finally {
    await rm(home, { recursive: true });
  }
}

const storeOf = (home: string, kind: StoreKind, keyring: Keyring | null) =>
  createStore({ home, kind, openKeyring: () => Promise.resolve(keyring) });
const fileText = (home: string): Promise<string | null> => readFile(authPath(home), "utf8").catch(() => null);

describe("the keyring store", () => {
  test("keeps a login as compact JSON under an account of the home, and removes the file", () =>
    withHome(async (home) => {
      await writeFile(authPath(home), '{"OPENAI_API_KEY":"sk-old"}');
      const keyring = memoryKeyring();
      const store = storeOf(home, "keyring", keyring);
      await store.save(LOGIN);
      expect([...keyring.entries]).toEqual([
        [expect.stringMatching(/^cli\|[0-9a-f]{16}$/), '{"OPENAI_API_KEY":"sk-one"}'],
      ]);
      expect(await fileText(home)).toBeNull();
      expect(await store.load()).toEqual(LOGIN);
      expect(await store.remove()).toBe(true);
      expect(await store.load()).toBeNull();
      expect(await store.remove()).toBe(false);
    }));

  test("does not look at the file, and says why the keyring cannot be used", () =>
    withHome(async (home) => {
      await writeFile(authPath(home), '{"OPENAI_API_KEY":"sk-old"}');
      expect(await storeOf(home, "keyring", memoryKeyring()).load()).toBeNull();
      const broken = storeOf(home, "keyring", memoryKeyring({ broken: true }));
      await expect(broken.load()).rejects.toThrow(
        new AuthError({ kind: "unreadable", file: "the keyring", reason: "locked" }),
      );
      await expect(broken.save(LOGIN)).rejects.toThrow("cannot write the keyring: locked");
      await expect(storeOf(home, "keyring", null).load()).rejects.toThrow('set cli_auth_credentials_store = "file"');
    }));
});

describe("the automatic store", () => {
  test("reads the keyring, and the file where that has nothing", () =>
    withHome(async (home) => {
      const keyring = memoryKeyring();
      const store = storeOf(home, "auto", keyring);
      await writeFile(authPath(home), '{"OPENAI_API_KEY":"sk-two"}');
      expect(await store.load()).toEqual(OTHER);
      await store.save(LOGIN);
      expect([await store.load(), await fileText(home), keyring.entries.size]).toEqual([LOGIN, null, 1]);
      expect(await store.remove()).toBe(true);
      expect(keyring.entries.size).toBe(0);
    }));

  test.each([
    ["cannot be reached", memoryKeyring({ broken: true })],
    ["is not there", null],
  ])("uses the file where the keyring %s", (_why, keyring) =>
    withHome(async (home) => {
      const store = storeOf(home, "auto", keyring);
      await store.save(LOGIN);
      expect(JSON.parse((await fileText(home)) ?? "")).toEqual({ OPENAI_API_KEY: "sk-one" });
      expect(await store.load()).toEqual(LOGIN);
      expect(await store.remove()).toBe(true);
      expect(await store.load()).toBeNull();
    }),
  );
});

test("the file store never opens a keyring", () =>
  withHome(async (home) => {
    const openKeyring = (): never => {
      throw new Error("opened");
    };
    const store = createStore({ home, kind: "file", openKeyring });
    await store.save(LOGIN);
    expect([await store.load(), await store.remove()]).toEqual([LOGIN, true]);
  }));
