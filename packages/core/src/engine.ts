import type { ResolvedConfig } from "@heddle/config";
import type { ModelClient, ProviderConfig } from "@heddle/models";
import type { JsonValue, SessionSource, ThreadId } from "@heddle/protocol";
import type { Sandbox } from "@heddle/sandbox";
import type { RateLimitBook } from "./account/rate-limits.ts";
import type { ClientCommand, ClientCommandResult, CommandSurroundings } from "./commands/run-command.ts";
import type { ClientFiles } from "./files/client-files.ts";
import type { WebFetch } from "@heddle/mcp";
import type { McpLoginsOf } from "./mcp/logins.ts";
import type { ModelLists } from "./settings/model-access.ts";
import type { RolloutStore } from "./rollout/store.ts";
import type { ThreadSettings } from "./settings/settings.ts";
import type { ForkEnd } from "./thread/fork-lines.ts";
import type { RestoredThread } from "./thread/restore.ts";
import type { MessageHistory } from "./message-history/message-history.ts";
import type { CustomPrompt } from "./prompts/custom-prompts.ts";
import type { FoundSkills } from "./skills/discover-skills.ts";
import type { Thread } from "./thread/thread.ts";
import type { McpDesk } from "./mcp/desk.ts";
import type { ToolSource } from "./tools/tool-source.ts";

/** What an engine is made of. Everything that touches the outside comes in here. */
export interface EngineOptions {
  /** The home folder, absolute: rollouts, rules and global instructions live below it. */
  readonly home: string;
  readonly version: string;
  /** Name of the program, as rollouts and model endpoints are told. */
  readonly originator: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory of the process, absolute. */
  readonly cwd: string;
  /** The login shell of the user's passwd entry, null when unknown. */
  readonly passwdShell: string | null;
  readonly clock: () => Date;
  /** A new UUIDv7, lower case. */
  readonly newId: () => string;
  readonly random: () => number;
  /** For tests: waits before a model request is repeated; rejects when the signal fires. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly sandbox: Sandbox;
  readonly createModelClient: (provider: ProviderConfig) => ModelClient;
  /** What providers list about their models; used with the feature `remote_models`. Default: nothing. */
  readonly modelLists?: ModelLists;
  /** Makes the sources of tools of a thread that begins or is loaded, such as its MCP servers; the thread closes them. */
  readonly toolSources?: (thread: ToolSourceThread) => readonly ToolSource[];
  /** Files that nothing may read, beside the credentials in the home. Default: none. */
  readonly hidden?: readonly string[];
  /**
   * Gives a folder of programs that commands find before all others, null without one. Called when the first thread
   * begins: an engine without threads leaves nothing in the home.
   */
  readonly commandPath?: () => Promise<string | null>;
  /**
   * Makes the program by which MCP servers confine what they run (`codex-linux-sandbox`), and gives its path; null: there is
   * none.
   */
  readonly sandboxProgram?: () => Promise<string | null>;
  /** The logins at MCP servers; without them only servers are reached that need none. */
  readonly mcpLogins?: McpLoginsOf;
  /** Reaches MCP servers over HTTP; default: the platform's `fetch`. */
  readonly webFetch?: WebFetch;
  /** Notes what is of use to whoever looks for a fault, such as what MCP servers write to their standard error. */
  readonly log?: (message: string) => void;
  /** Finds the program that searches in files; null: none is known. Default: `rg` on the PATH of commands. */
  readonly ripgrep?: () => Promise<string | null>;
  /** Whether rule files are read and amended. Default true. */
  readonly execPolicy?: boolean;
}

/** What a new or resumed thread runs with: the configuration already resolved for it. */
export interface ThreadOptions {
  readonly config: ResolvedConfig;
  readonly settings: ThreadSettings;
  readonly source: SessionSource;
  /**
   * Descriptions of tools that the client provides, for a new thread: its rollout keeps them, and they are there again
   * when it is resumed or copied. What they say is between the client and `toolSources`. Default none.
   */
  readonly dynamicTools?: readonly JsonValue[];
  /**
   * Makes the sources of tools for this thread alone, such as the client that opens it, from the descriptions that the
   * thread has; the thread closes them. Default none.
   */
  readonly toolSources?: (dynamicTools: readonly JsonValue[]) => readonly ToolSource[];
}

/** The thread for which sources of tools are made. */
export interface ToolSourceThread {
  readonly id: ThreadId;
  readonly config: ResolvedConfig;
  /** As it starts: a turn may change them. */
  readonly settings: ThreadSettings;
}

/** Where a resumed thread comes from. */
export type ResumeSource =
  | { readonly type: "id"; readonly threadId: ThreadId }
  | { readonly type: "path"; readonly path: string }
  /** Items that the client holds: they begin a new thread. */
  | { readonly type: "history"; readonly items: readonly JsonValue[] };

/** Which thread is copied. It need not be loaded; one that runs is copied as far as it has come. */
export type ForkSource =
  | { readonly type: "id"; readonly threadId: ThreadId }
  | { readonly type: "path"; readonly path: string };

/** A thread has become part of an engine, or has left it. */
export type ThreadChange =
  | { readonly type: "loaded"; readonly thread: Thread }
  | { readonly type: "unloaded"; readonly threadId: ThreadId };

/** How a client wants its command to be run. */
export type ClientCommandOptions = Omit<CommandSurroundings, "sandbox" | "env">;

/** The engine: the threads of one home in one process. */
export interface Engine {
  /** @throws EngineError `rules`, `unknownProvider`. */
  startThread(options: ThreadOptions): Promise<Thread>;
  /**
   * Loads a thread, or gives the loaded one.
   * @throws EngineError `noRollout`, `unreadableRollout`, `rules`, `unknownProvider`.
   */
  resumeThread(source: ResumeSource, options: ThreadOptions): Promise<Thread>;
  /**
   * Copies a thread into a new one, which is loaded, with an id and a rollout of its own. Turns keep their ids.
   * @throws EngineError `noRollout`, `unreadableRollout`, `unknownTurn`, `rules`, `unknownProvider`.
   */
  forkThread(source: ForkSource, end: ForkEnd, options: ThreadOptions): Promise<Thread>;
  /** A loaded thread. @throws EngineError `unknownThread`. */
  thread(id: ThreadId): Thread;
  loadedThreads(): readonly Thread[];
  /** Calls the listener, which must not throw, for each thread that is loaded or unloaded; not for those of `close`. */
  watch(listener: (change: ThreadChange) => void): () => void;
  /** Stops a thread and forgets it; its rollout stays. False when it is not loaded. */
  unloadThread(id: ThreadId): Promise<boolean>;
  /** What the rollout of a thread holds, loaded or not. @throws EngineError `unreadableRollout`. */
  readThread(path: string): Promise<RestoredThread>;
  /** Stops and unloads a thread and moves its rollout to the archive. @throws EngineError `noRollout`. */
  archiveThread(id: ThreadId): Promise<void>;
  /**
   * Runs a command of a client's own, beside all threads.
   * @throws EngineError `commandNotRun`, `commandKilled`, `closed`. @throws ConfigError when its policy is looser than an
   * administrator allows.
   */
  runCommand(command: ClientCommand, options: ClientCommandOptions): Promise<ClientCommandResult>;
  /** Files of a client's own, within the sandbox policy of a configuration. @param cwd the first writable root. */
  clientFiles(config: ResolvedConfig, cwd: string): ClientFiles;
  readonly store: RolloutStore;
  /** What is known of the limits of accounts. */
  readonly rateLimits: RateLimitBook;
  readonly messages: MessageHistory;
  /** The prompts that the user has written in the home, read at this moment. */
  customPrompts(): Promise<readonly CustomPrompt[]>;
  /** The skills of the home and of the repository around a folder, read at this moment. */
  skills(cwd: string): Promise<FoundSkills>;
  /** What clients ask of MCP servers, beside the turns of threads. */
  readonly mcp: McpDesk;
  /** Stops every turn, flushes every log, ends every process. Idempotent. */
  close(): Promise<void>;
}
