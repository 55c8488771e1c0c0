import type { Fetch } from "@heddle/auth";
import type { LayerSources, ResolvedConfig } from "@heddle/config";
import type { Engine, RemoteDiff } from "@heddle/core";
import type {
  AskForApproval,
  ConfigWarningNotification,
  JsonValue,
  ReasoningEffort,
  SandboxMode,
  SessionSource,
} from "@heddle/protocol";
import type { ThreadFeeds } from "./feeds/feeds.ts";
import type { AccountDesk } from "./handlers/account-desk.ts";
import type { FileSearch } from "./file-search/file-search.ts";
import type { FeedbackDesk } from "./handlers/feedback-bundle.ts";

/** The client of a connection, as it introduced itself. */
export interface ClientIdentity {
  readonly name: string;
  readonly version: string;
}

/** What a request says about the configuration of a thread; absent is not said. */
export interface ConfigRequest {
  readonly cwd?: string;
  readonly model?: string;
  readonly modelProvider?: string;
  readonly approvalPolicy?: AskForApproval;
  readonly sandbox?: SandboxMode;
  /** Dotted configuration keys with typed values. */
  readonly config?: Readonly<Record<string, JsonValue>>;
  readonly baseInstructions?: string;
  readonly developerInstructions?: string;
}

/**
 * What a server can do before its engine is there: answer `initialize`. Loading the engine takes longer than that
 * answer, so it begins when the first client has introduced itself.
 */
export interface ServerFront {
  /** The identity towards clients and model endpoints, with the client that is connected. */
  userAgent(client: ClientIdentity): string;
  /** The next id of a request to a client: numbered across the whole process. */
  nextRequestId(): number;
  /** Where the server runs, for clients that speak the newer dialect. */
  place(): ServerPlace;
  /** What a person who watches the server's own log should know. */
  warn(message: string): void;
  /** Gives the engine and what hangs on it, loaded once. */
  load(): Promise<ServerHost>;
}

/** Where a server runs. */
export interface ServerPlace {
  /** The folder of Heddle's own files, absolute. */
  readonly codexHome: string;
  readonly platformFamily: "unix" | "windows";
  /** `linux`, `macos`, `windows`, or what Node calls the platform. */
  readonly platformOs: string;
}

/** A model that is offered for choice; `id` is also what model endpoints know it as. */
export interface OfferedModel {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly supportedEfforts: readonly { readonly effort: ReasoningEffort; readonly description: string }[];
  readonly defaultEffort: ReasoningEffort;
  /** Exactly one of a list is. */
  readonly isDefault: boolean;
  /** The model that should replace it. */
  readonly upgrade: string | null;
  /** Known, and not offered unless it is asked for. */
  readonly isHidden: boolean;
  readonly takesImages: boolean;
}

/** A provider that threads can use. */
export interface OfferedProvider {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string | null;
  readonly isBuiltIn: boolean;
  /** How requests are let in: by the login, by a key in a variable, by something else in the configuration, or freely. */
  readonly auth: "login" | { readonly envKey: string } | "configured" | "none";
}

/** What every connection of a server shares; made by whoever wires the process. */
export interface ServerHost {
  readonly engine: Engine;
  /** Of the engine's threads; closed before it. */
  readonly feeds: ThreadFeeds;
  readonly now: () => Date;
  /** Of Heddle itself. */
  readonly version: string;
  /** What threads started here are recorded as; lists show those of `cli` and `vscode`. */
  readonly threadSource: SessionSource;
  /** Working directory for requests that name none, absolute. */
  readonly cwd: string;
  /**
   * The configuration of a new thread, read from disk at this moment.
   * @throws ConfigError when a file or a value is wrong.
   */
  loadConfig(request: ConfigRequest): Promise<ResolvedConfig>;
  /** What was found in the configuration so far that is not understood, or not used. */
  configWarnings(): readonly ConfigWarningNotification[];
  /** Where the layers of the configuration come from, for clients that read and write them. */
  readonly configSources: LayerSources;
  /** The login, shared by all connections. */
  readonly accounts: AccountDesk;
  /** Whether the provider that a configuration names is used with the login. */
  usesLogin(config: ResolvedConfig): boolean;
  /** Sends a request to a service of the account. */
  readonly fetch: Fetch;
  readonly feedback: FeedbackDesk;
  /** A new UUID. */
  newId(): string;
  readonly fileSearch: FileSearch;
  /** What the working tree at an absolute path has that no remote has. */
  diffToRemote(cwd: string, signal: AbortSignal): Promise<RemoteDiff>;
  /**
   * The models to choose from under a configuration, the best first, hidden ones included. May ask the provider for its
   * list; a provider that cannot tell leaves what is known without it.
   */
  listModels(config: ResolvedConfig): Promise<readonly OfferedModel[]>;
  /** The providers that there are under a configuration. */
  listProviders(config: ResolvedConfig): readonly OfferedProvider[];
}
