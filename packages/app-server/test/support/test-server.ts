import { createAccount, createRefresh, createStore, startBrowserLogin, type Fetch, type Keyring } from "@heddle/auth";
import { loadConfig } from "@heddle/config";
import { createEngine, diffToRemote, type EngineOptions } from "@heddle/core";
import { linkedPair, type JsonValue, type Message } from "@heddle/protocol";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  createAccountDesk,
  createFeedbackLog,
  createThreadFeeds,
  serve,
  createFileSearch,
  listByWalking,
  type ListFiles,
  type OfferedModel,
  type OfferedProvider,
  type ServerHost,
} from "../../src/index.ts";

/** What a test wants of its server. */
export interface TestServerSetup {
  /** Files of the home, by relative path. */
  readonly homeFiles?: Readonly<Record<string, string>>;
  /** `-c key=value` pairs. */
  readonly overrides?: readonly string[];
  /** The services of the account, and the issuer of its tokens. */
  readonly fetch?: Fetch;
  /** Where the login is kept. Default: the file of the home. */
  readonly keyring?: Keyring;
  /** What runs commands. Default: nothing does. */
  readonly sandbox?: EngineOptions["sandbox"];
  /** Where feedback goes instead of the home's own folder. */
  readonly feedbackUrl?: string;
  /** How `fuzzyFileSearch` lists files. Default: without ripgrep. */
  readonly listFiles?: ListFiles;
}

/** A server over the in-memory pair, with a home of its own and an engine that starts nothing. */
export interface TestServer extends AsyncDisposable {
  /** Absolute and without links. */
  readonly home: string;
  /** What the server would say on its standard error. */
  readonly warn: (message: string) => void;
  /** One more connection, whose client has not introduced itself. */
  open(): TestClient;
  /** One more connection that has introduced itself. */
  connect(capabilities?: JsonValue): Promise<TestClient>;
}

/** A client that compares whole messages: nothing is decoded, nothing is left out. */
export interface TestClient {
  /** Every message of the server, in order, since the answer to `initialize`. */
  readonly heard: readonly Message[];
  /** Sends a request and resolves with the message that answers it. */
  ask(method: string, params?: JsonValue): Promise<Message>;
  /** Resolves with everything heard once it is this many messages. */
  hear(count: number): Promise<readonly Message[]>;
  close(): Promise<void>;
}

const TEST_MODELS: readonly OfferedModel[] = [
  {
    id: "large",
    displayName: "Large",
    description: "does much",
    supportedEfforts: [
      { effort: "low", description: "thinks little" },
      { effort: "high", description: "thinks much" },
    ],
    defaultEffort: "low",
    isDefault: true,
    upgrade: null,
    isHidden: false,
    takesImages: true,
  },
  {
    id: "small",
    displayName: "Small",
    description: "does little",
    supportedEfforts: [{ effort: "medium", description: "thinks" }],
    defaultEffort: "medium",
    isDefault: false,
    upgrade: "large",
    isHidden: false,
    takesImages: false,
  },
  {
    id: "old",
    displayName: "Old",
    description: "did much",
    supportedEfforts: [],
    defaultEffort: "medium",
    isDefault: false,
    upgrade: "large",
    isHidden: true,
    takesImages: false,
  },
];

const TEST_PROVIDERS: readonly OfferedProvider[] = [
  { id: "openai", name: "OpenAI", baseUrl: null, isBuiltIn: true, auth: "login" },
  { id: "keyed", name: "Keyed", baseUrl: "https://keyed.example", isBuiltIn: true, auth: { envKey: "KEY" } },
  { id: "own", name: "Own", baseUrl: "http://127.0.0.1:9", isBuiltIn: false, auth: "configured" },
  { id: "local", name: "Local", baseUrl: "http://localhost:1", isBuiltIn: false, auth: "none" },
];

export async function startTestServer(setup: TestServerSetup = {}): Promise<TestServer> {
  const { homeFiles = {}, overrides = [], fetch = noService, feedbackUrl, sandbox = NO_SANDBOX } = setup;
  const fileSearch = createFileSearch({
    listFiles: setup.listFiles ?? listByWalking(process.env),
    now: () => performance.now(),
  });
  const home = await realpath(await mkdtemp(join(tmpdir(), "heddle-app-server-")));
  for (const [name, content] of Object.entries(homeFiles)) {
    const path = join(home, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  const env = { HOME: home };
  const sources = { home, env, overrides, managedPaths: [], managedPreferences: null };
  const engine = createTestEngine(home, sandbox);
  const storeKind = setup.keyring === undefined ? "file" : "keyring";
  const openKeyring = (): Promise<Keyring | null> => Promise.resolve(setup.keyring ?? null);
  const account = createAccount({ store: createStore({ home, kind: storeKind, openKeyring }) });
  const issuer = { url: "https://issuer.example", clientId: "client_1" };
  const now = (): Date => new Date(1_700_000_000_000);
  const accounts = createAccountDesk({
    account,
    storeKind,
    refresh: createRefresh({ account, issuer, fetch, now }),
    startLogin: (login) => startBrowserLogin({ account, issuer, fetch, now, originator: "test", port: 0, ...login }),
    newId: () => crypto.randomUUID(),
  });
  const log = createFeedbackLog({ now });
  const feeds = createThreadFeeds({ engine, newId: () => crypto.randomUUID() });
  const host: ServerHost = {
    engine,
    feeds,
    now,
    version: "0.0.0-test",
    threadSource: "vscode",
    cwd: home,
    loadConfig: () => loadConfig({ ...sources, cwd: home }),
    configWarnings: () => [],
    configSources: sources,
    accounts,
    usesLogin: ({ modelProvider }) => modelProvider === "openai",
    fetch,
    newId: () => crypto.randomUUID(),
    fileSearch,
    diffToRemote: (folder, signal) => diffToRemote(folder, { env: process.env, signal, tempDir: tmpdir() }),
    listModels: () => Promise.resolve(TEST_MODELS),
    listProviders: () => TEST_PROVIDERS,
    feedback: {
      target:
        feedbackUrl === undefined
          ? { type: "folder", path: join(home, "feedback") }
          : { type: "endpoint", url: feedbackUrl },
      log,
      now,
      newId: () => "00000000-0000-4000-8000-000000000001",
    },
  };
  let next = 0;
  const clients: TestClient[] = [];
  const warn = log.noting(() => {});
  const open = (): ForgetfulClient => {
    const [clientEnd, serverEnd] = linkedPair();
    serve(serverEnd, {
      userAgent: ({ name, version }) => `heddle/0 (${name}; ${version})`,
      place: () => ({ codexHome: home, platformFamily: "unix", platformOs: "linux" }),
      nextRequestId: () => next++,
      warn,
      load: async () => host,
    });
    const client = createTestClient(clientEnd);
    clients.push(client);
    return client;
  };
  return {
    home,
    warn,
    open,
    async connect(capabilities) {
      const client = open();
      await client.ask("initialize", {
        clientInfo: { name: "test", version: "1" },
        capabilities: capabilities ?? null,
      });
      client.forget();
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.close();
      await accounts.close();
      feeds.close();
      await fileSearch.close();
      await engine.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const noService: Fetch = () => Promise.reject(new Error("no service can be reached"));

interface ForgetfulClient extends TestClient {
  forget(): void;
}

function createTestClient(transport: ReturnType<typeof linkedPair>[0]): ForgetfulClient {
  const heard: Message[] = [];
  const waiting = new Set<() => void>();
  let nextId = 1;
  transport.onClose(() => {});
  transport.onMessage((message) => {
    heard.push(message);
    for (const look of [...waiting]) look();
  });
  /** Resolves with what `find` gives, now or after a message to come. */
  const when = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    heard,
    ask(method, params) {
      const id = nextId++;
      transport.send(params === undefined ? { id, method } : { id, method, params });
      return when(() => heard.find((message) => "id" in message && message.id === id && !("method" in message)));
    },
    hear: (count) => when(() => (heard.length >= count ? heard : undefined)),
    forget() {
      heard.length = 0;
      nextId = 1;
    },
    close: () => transport.close(),
  };
}

function nothingRuns(): never {
  throw new Error("no test of this package starts a process or asks a model");
}

const NO_SANDBOX: EngineOptions["sandbox"] = {
  probe: nothingRuns,
  examine: nothingRuns,
  spawn: nothingRuns,
  close: async () => {},
};

function createTestEngine(home: string, sandbox: EngineOptions["sandbox"]): ServerHost["engine"] {
  return createEngine({
    home,
    version: "0.0.0-test",
    originator: "test",
    env: {},
    cwd: home,
    passwdShell: null,
    clock: () => new Date(0),
    newId: () => crypto.randomUUID(),
    random: () => 0,
    sandbox,
    createModelClient: () => ({ stream: nothingRuns, compact: nothingRuns, close: () => {} }),
  });
}
