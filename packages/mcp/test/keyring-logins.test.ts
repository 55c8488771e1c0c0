import type { TokenKeyring } from "@heddle/mcp";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { clock, loginRig, type LoginRig } from "./support/login-rig.ts";
import { never, remote } from "./support/servers.ts";

interface MemoryKeyring extends TokenKeyring {
  readonly entries: Map<string, string>;
  /** Whether it cannot be used, as one that is locked. */
  locked: boolean;
  reads: number;
}

function memoryKeyring(): MemoryKeyring {
  const entries = new Map<string, string>();
  const reach = <T>(use: () => T): Promise<T> =>
    keyring.locked ? Promise.reject(new Error("locked\nand a trace")) : Promise.resolve(use());
  const keyring: MemoryKeyring = {
    entries,
    locked: false,
    reads: 0,
    get: (account) => {
      keyring.reads += 1;
      return reach(() => entries.get(account) ?? null);
    },
    set: (account, secret) => reach(() => void entries.set(account, secret)),
    remove: (account) => reach(() => entries.delete(account)),
  };
  return keyring;
}

const LOCKED = /^the keyring: locked; unlock it, or set mcp_oauth_credentials_store to "auto" or "file"$/;
const echo = { server: "s", tool: "echo", arguments: null, signal: never };
const entryOf = ({ entries }: MemoryKeyring): Record<string, unknown> =>
  JSON.parse([...entries.values()].join("\n")) as Record<string, unknown>;
const status = ({ logins, server }: LoginRig): Promise<string> => logins.status("s", remote(server.url));

describe.each(["auto", "keyring"] as const)("logins kept in the keyring (%s):", (kind) => {
  test("a login is an entry under its name and address, and taken out of the file", async () => {
    const keyring = memoryKeyring();
    await using rig = await loginRig({}, { kind: "file", keyring });
    await rig.logIn();
    expect(existsSync(rig.file)).toBe(true);
    const logins = rig.another(kind);
    const login = await logins.start("s", rig.transport, { scopes: null, timeoutMs: 10_000 });
    await rig.server.browse(login.authorizationUrl);
    await login.completed;
    expect(existsSync(rig.file)).toBe(false);
    expect([...keyring.entries.keys()]).toEqual([expect.stringMatching(/^s\|[0-9a-f]{16}$/)]);
    expect(entryOf(keyring)).toEqual({
      server_name: "s",
      url: rig.server.url,
      client_id: "cid-1",
      token_response: {
        access_token: "at-2",
        token_type: "bearer",
        expires_in: 3600,
        refresh_token: "rt-2",
        scope: "read",
      },
      expires_at: clock.now + 3_600_000,
      issuer: rig.server.origin,
    });
    const { servers } = rig.connect(logins);
    expect((await servers.call(echo)).isError).toBe(false);
    await servers.close();
  });

  test("a token that expires is renewed there", async () => {
    const keyring = memoryKeyring();
    await using rig = await loginRig({}, { kind, keyring });
    await rig.logIn();
    clock.now += 3_600_000;
    await using started = rig.connect();
    expect((await started.servers.call(echo)).isError).toBe(false);
    expect(entryOf(keyring)).toMatchObject({ token_response: { access_token: "at-2" } });
    expect(existsSync(rig.file)).toBe(false);
  });

  test("many requests ask the keyring once in five seconds", async () => {
    const keyring = memoryKeyring();
    await using rig = await loginRig({}, { kind, keyring });
    await rig.logIn();
    await using started = rig.connect();
    keyring.reads = 0;
    for (let call = 0; call < 5; call += 1) await started.servers.call(echo);
    expect(keyring.reads).toBe(1);
    clock.now += 5_000;
    await started.servers.call(echo);
    expect(keyring.reads).toBe(2);
  });

  test("a logout removes the entry and what the file has, and fails when the entry stays", async () => {
    const keyring = memoryKeyring();
    await using rig = await loginRig({}, { kind, keyring });
    await rig.logIn();
    const stuck = { ...keyring, remove: () => Promise.reject(new Error("locked")) };
    await using other = await loginRig({}, { kind, keyring: stuck });
    await other.logIn();
    await expect(other.logins.logout("s", other.transport)).rejects.toThrow(LOCKED);
    expect(await rig.logins.logout("s", rig.transport)).toBe(true);
    expect(await status(rig)).toBe("notLoggedIn");
    expect(await rig.logins.logout("s", rig.transport)).toBe(false);
  });

  test("an entry that is no login counts as none", async () => {
    const keyring = memoryKeyring();
    await using rig = await loginRig({}, { kind, keyring });
    await rig.logIn();
    for (const key of keyring.entries.keys()) keyring.entries.set(key, "not JSON");
    expect(await rig.another().status("s", remote(rig.server.url))).toBe("notLoggedIn");
  });
});

test("where the keyring cannot be used, auto keeps, finds and removes logins in the file", async () => {
  const keyring = memoryKeyring();
  keyring.locked = true;
  await using rig = await loginRig({}, { kind: "auto", keyring });
  await rig.logIn();
  expect(await readFile(rig.file, "utf8")).toContain('"access_token":"at-1"');
  expect(await status(rig)).toBe("oAuth");
  expect(await rig.logins.logout("s", rig.transport)).toBe(true);
  expect(existsSync(rig.file)).toBe(false);
});

test("auto finds in the file what the keyring does not have", async () => {
  await using rig = await loginRig({}, { kind: "file", keyring: memoryKeyring() });
  await rig.logIn();
  expect(await rig.another("auto").status("s", remote(rig.server.url))).toBe("oAuth");
  expect(await rig.another("keyring").status("s", remote(rig.server.url))).toBe("notLoggedIn");
});

test("insisting on a keyring that cannot be used, nobody is sent to a login that could not be kept", async () => {
  const keyring = memoryKeyring();
  keyring.locked = true;
  await using rig = await loginRig({}, { kind: "keyring", keyring });
  await expect(rig.start()).rejects.toThrow(LOCKED);
  await expect(rig.logins.logout("s", rig.transport)).rejects.toThrow(LOCKED);
  await using none = await loginRig({}, { kind: "keyring", keyring: null });
  await expect(none.start()).rejects.toThrow(/^the keyring: this system has none that Heddle can reach; /);
  expect(rig.server.posted).toEqual([]);
});
