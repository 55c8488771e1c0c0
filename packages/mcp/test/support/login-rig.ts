import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createMcpLogins,
  type HttpTransportConfig,
  type McpLogin,
  type McpLogins,
  type TokenKeyring,
  type TokenStoreKind,
} from "@heddle/mcp";
import { startAuthorizedMcpServer, type AuthorizedMcpServer } from "@heddle/testkit";
import { remote, startServers, type StartedServers } from "./servers.ts";

/** A server that wants a login, and the logins of a home. */
export interface LoginRig extends AsyncDisposable {
  readonly server: AuthorizedMcpServer;
  readonly logins: McpLogins;
  readonly file: string;
  /** Logins of another process on the same home. */
  another(store?: TokenStoreKind): McpLogins;
  transport: HttpTransportConfig;
  start(more?: { scopes?: readonly string[]; timeoutMs?: number }): Promise<McpLogin>;
  logIn(): Promise<void>;
  connect(logins?: McpLogins): StartedServers;
}

export interface LoginRigOptions {
  readonly kind?: TokenStoreKind;
  readonly keyring?: TokenKeyring | null;
  /** The client of the configuration. */
  readonly oauth?: HttpTransportConfig["oauth"];
  readonly env?: Readonly<Record<string, string>>;
}

/** What all of it takes for the time. */
export const clock = { now: Date.now() };

export async function loginRig(
  options: Parameters<typeof startAuthorizedMcpServer>[0] = {},
  { kind = "file", keyring = null, oauth = null, env = {} }: LoginRigOptions = {},
): Promise<LoginRig> {
  const home = await mkdtemp(join(tmpdir(), "heddle-mcp-"));
  const server = await startAuthorizedMcpServer(options);
  let alone: Promise<unknown> = Promise.resolve();
  const another = (store: TokenStoreKind = kind): McpLogins =>
    createMcpLogins({
      home,
      env,
      fetch,
      store,
      openKeyring: () => Promise.resolve(keyring),
      now: () => clock.now,
      withLock(path, work) {
        if (path.endsWith(".credentials.json")) return work();
        const mine = alone.then(work);
        alone = mine.catch(() => {});
        return mine;
      },
    });
  const logins = another();
  const { transport: plain } = remote(server.url);
  if (plain.type !== "http") throw new Error("no HTTP");
  const transport = { ...plain, oauth };
  const start: LoginRig["start"] = ({ scopes, timeoutMs = 10_000 } = {}) =>
    logins.start("s", transport, { scopes: scopes ?? null, timeoutMs });
  return {
    server,
    logins,
    file: join(home, ".credentials.json"),
    another,
    transport,
    start,
    async logIn() {
      const login = await start();
      await server.browse(login.authorizationUrl);
      await login.completed;
    },
    connect: (used = logins) =>
      startServers({ s: { ...remote(server.url), transport } }, { tokensFor: (name, to) => used.tokensFor(name, to) }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(home, { recursive: true });
    },
  };
}
