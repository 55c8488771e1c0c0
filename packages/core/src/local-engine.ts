import { join } from "node:path";
import { credentialFiles, type ResolvedConfig } from "@heddle/config";
import { threadId, type ThreadId } from "@heddle/protocol";
import { namedShell, userShell } from "@heddle/sandbox";
import { setTimeout as delay } from "node:timers/promises";
import { createRateLimitBook } from "./account/rate-limits.ts";
import { createRuleBook, type RuleBook } from "./approvals/rules.ts";
import { runClientCommand, type ClientCommand, type ClientCommandResult } from "./commands/run-command.ts";
import { NO_INSTRUCTIONS, readThreadInstructions, type ThreadInstructions } from "./context/thread-instructions.ts";
import { EngineError } from "./engine-error.ts";
import { createClientFiles, type ClientFiles } from "./files/client-files.ts";
import { readRepositoryState } from "./git/git-info.ts";
import { createModelSource, type ModelSource } from "./settings/model-access.ts";
import { createHistory } from "./history/history.ts";
import { createThreadSpending, type TurnSpending } from "./limits/spending.ts";
import { createFileRewinds, type FileRewinds } from "./rewind/rewind.ts";
import { createRolloutStore, type RolloutStore } from "./rollout/store.ts";
import { rolloutPath } from "./rollout/path.ts";
import { acquireRolloutLock, type RolloutLock } from "./rollout/lock.ts";
import { RolloutError } from "./rollout/rollout-error.ts";
import { createRolloutWriter, type RolloutWriter } from "./rollout/writer.ts";
import { beginThread, type Beginning } from "./thread/beginning.ts";
import { encodeGit, encodeSessionMeta } from "./thread/codec.ts";
import { decodeHistory, initialContext } from "./thread/first-items.ts";
import { forkedLines, type ForkEnd } from "./thread/fork-lines.ts";
import { createThreadLog, type ThreadLog } from "./thread/log.ts";
import { readThreadLines, restoreLines, type RestoredThread } from "./thread/restore.ts";
import { createThreadReader } from "./thread/thread-reader.ts";
import { createMessageHistory, type MessageHistory } from "./message-history/message-history.ts";
import type { CustomPrompt } from "./prompts/custom-prompts.ts";
import type { FoundSkills } from "./skills/discover-skills.ts";
import { createThread } from "./thread/thread-actor.ts";
import type { Thread } from "./thread/thread.ts";
import type { ThreadIdentity, ThreadServices } from "./thread/thread-start.ts";
import { createMcpDesk } from "./mcp/desk.ts";
import { createThreadMcp, type McpServices, type ThreadMcp } from "./mcp/thread-mcp.ts";
import { createUsageMeter } from "./thread/usage.ts";
import type { ToolSource } from "./tools/tool-source.ts";
import type { DelegateOrder } from "./turn/delegate.ts";
import { withCommandPath } from "./turn/command-path.ts";

import type {
  ClientCommandOptions,
  Engine,
  EngineOptions,
  ForkSource,
  ResumeSource,
  ThreadChange,
  ThreadOptions,
} from "./engine.ts";

/** What a new thread of any kind begins with. */
interface NewThread extends ThreadOptions {
  /** Gives what its user and project tell it. */
  readonly readInstructions: () => Promise<ThreadInstructions>;
  /** What it is for, when it works for a turn of another thread. */
  readonly purpose: string | null;
  /** Where what it uses is counted, when it does. */
  readonly countsFor: TurnSpending | null;
}

export function createEngine(options: EngineOptions): Engine {
  return new LocalEngine(options);
}

class LocalEngine implements Engine {
  readonly store: RolloutStore;
  readonly rateLimits = createRateLimitBook();
  readonly messages: MessageHistory;
  readonly mcp = createMcpDesk({
    threads: () => this.loadedThreads(),
    services: (config) => this.#mcpServices(config),
  });
  readonly #options: EngineOptions;
  readonly #rules: RuleBook;
  readonly #threads = new Map<ThreadId, Thread>();
  /** The last that was begun of what loads or archives a thread, while it takes its time. */
  readonly #moves = new Map<ThreadId, Promise<unknown>>();
  readonly #models: ModelSource;
  readonly #watchers = new Set<(change: ThreadChange) => void>();
  readonly #rewinds: FileRewinds;
  readonly #read = createThreadReader();
  #commandPath: Promise<string | null> | null = null;
  #sandboxProgram: Promise<string | null> | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#models = createModelSource(options);
    this.messages = createMessageHistory(options);
    this.store = createRolloutStore({ home: options.home });
    this.#rewinds = createFileRewinds({ home: options.home, env: options.env, clock: options.clock });
    this.#rules = createRuleBook({ home: options.home, enabled: options.execPolicy ?? true });
  }

  async startThread(options: ThreadOptions): Promise<Thread> {
    return this.#create(options, { type: "items", items: [] });
  }

  async resumeThread(source: ResumeSource, options: ThreadOptions): Promise<Thread> {
    switch (source.type) {
      case "history":
        return this.#create(options, { type: "items", items: decodeHistory(source.items) });
      case "id":
        return this.#inTurn(source.threadId, async () => {
          const loaded = this.#threads.get(source.threadId);
          if (loaded !== undefined) return reattached(loaded);
          const path = await this.#pathOf(source.threadId);
          return this.#take(path, await this.readThread(path), options);
        });
      case "path": {
        const restored = await this.readThread(source.path);
        return this.#inTurn(restored.id, () => this.#take(source.path, restored, options));
      }
    }
  }

  async forkThread(source: ForkSource, end: ForkEnd, options: ThreadOptions): Promise<Thread> {
    const path = source.type === "path" ? source.path : await this.#pathOf(source.threadId);
    const rollout = await readThreadLines(path);
    const { id, dynamicTools } = restoreLines(rollout, path);
    const copied = forkedLines(rollout.lines, end, this.#options.clock());
    if (copied === null) throw new EngineError({ kind: "unknownTurn", threadId: id, turnId: lastTurnOf(end) });
    return this.#create({ ...options, dynamicTools }, { type: "fork", of: id, lines: copied });
  }

  thread(id: ThreadId): Thread {
    const thread = this.#threads.get(id);
    if (thread === undefined) throw new EngineError({ kind: "unknownThread", threadId: id });
    return thread;
  }

  loadedThreads(): readonly Thread[] {
    return [...this.#threads.values()];
  }

  watch(listener: (change: ThreadChange) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  async readThread(path: string): Promise<RestoredThread> {
    const restored = await this.#read(path);
    const loaded = this.#threads.get(restored.id);
    if (loaded === undefined) return restored;
    return { ...restored, turns: (running) => restored.turns(running, (id, item) => loaded.isRunning(id, item)) };
  }

  unloadThread(id: ThreadId): Promise<boolean> {
    return this.#inTurn(id, () => this.#unload(id));
  }

  archiveThread(id: ThreadId): Promise<void> {
    return this.#inTurn(id, async () => {
      const loaded = this.#threads.get(id);
      if (loaded === undefined && (await this.store.find(id)) === null) {
        throw new EngineError({ kind: "noRollout", threadId: id });
      }
      await this.#unload(id);
      await this.store.archive(id);
    });
  }

  async runCommand(command: ClientCommand, options: ClientCommandOptions): Promise<ClientCommandResult> {
    this.#mustBeOpen();
    const { sandbox, commandEnv } = await this.#services();
    return runClientCommand(command, { ...options, sandbox, env: commandEnv });
  }

  clientFiles({ sandboxPolicy: policy, sandboxDenyRead }: ResolvedConfig, cwd: string): ClientFiles {
    const hidden = [...this.#unreadable(), ...sandboxDenyRead];
    return createClientFiles({ policy, cwd, env: this.#options.env, hidden });
  }

  async customPrompts(): Promise<readonly CustomPrompt[]> {
    const { listCustomPrompts } = await import("./prompts/custom-prompts.ts");
    return listCustomPrompts(this.#options.home);
  }

  async skills(cwd: string): Promise<FoundSkills> {
    const { discoverSkills } = await import("./skills/discover-skills.ts");
    return discoverSkills({ home: this.#options.home, cwd });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([this.mcp.close(), ...this.loadedThreads().map((thread) => thread.close())]);
    this.#threads.clear();
    this.#rewinds.close();
    this.#models.close();
    await this.#options.sandbox.close();
  }

  /** Loads and archives of one thread come one after the other, so that none meets the lock of another. */
  async #inTurn<T>(id: ThreadId, move: () => Promise<T>): Promise<T> {
    const before = this.#moves.get(id);
    const moved = before === undefined ? move() : before.then(move, move);
    this.#moves.set(id, moved);
    try {
      return await moved;
    } finally {
      if (this.#moves.get(id) === moved) this.#moves.delete(id);
    }
  }

  async #pathOf(id: ThreadId): Promise<string> {
    const path = await this.store.find(id);
    if (path === null) throw new EngineError({ kind: "noRollout", threadId: id });
    return path;
  }

  /** The loaded thread, or the one of this rollout, loaded. */
  async #take(path: string, restored: RestoredThread, options: ThreadOptions): Promise<Thread> {
    const loaded = this.#threads.get(restored.id);
    return loaded === undefined ? this.#load(path, restored, options) : reattached(loaded);
  }

  /** A new thread that clients see. */
  async #create(options: ThreadOptions, beginning: Beginning): Promise<Thread> {
    const { config, settings } = options;
    const { home } = this.#options;
    const readInstructions = (): Promise<ThreadInstructions> => readThreadInstructions({ home, config, settings });
    return this.#register(
      await this.#begin({ ...options, readInstructions, purpose: null, countsFor: null }, beginning),
    );
  }

  /** A thread that works for a turn: of its own sight, and closed by the turn. */
  #startDelegate({ purpose, config, settings, countsFor }: DelegateOrder): Promise<Thread> {
    const options = {
      config,
      settings,
      source: "unknown" as const,
      readInstructions: () => Promise.resolve(NO_INSTRUCTIONS),
      purpose,
      countsFor,
    };
    return this.#begin(options, { type: "items", items: [] });
  }

  async #begin(options: NewThread, beginning: Beginning): Promise<Thread> {
    const { config, settings, source, dynamicTools = [], readInstructions, purpose, countsFor } = options;
    const { home, clock, newId, version, originator } = this.#options;
    this.#models.access(settings, config); // an unknown provider is refused before anything is read or made
    const [services, , instructions, gitInfo] = await Promise.all([
      this.#services(),
      config.features.exec_policy ? this.#rules.refresh() : null,
      readInstructions(),
      readRepositoryState(settings.cwd),
      this.#models.prepare(settings, config),
    ]);
    this.#mustBeOpen();
    const createdAt = clock();
    const id = threadId(newId());
    const path = rolloutPath(home, id, createdAt);
    const lock = await takeRollout(path);
    const writer = createRolloutWriter({ path, create: true });
    const forkedFrom = beginning.type === "fork" ? beginning.of : null;
    const timestamp = createdAt.toISOString();
    const meta = encodeSessionMeta({
      id,
      timestamp,
      cwd: settings.cwd,
      originator,
      cli_version: version,
      instructions: instructions.text,
      source: purpose === null ? source : { subagent: purpose },
      model_provider: settings.provider,
      ...(forkedFrom === null ? {} : { forked_from_id: forkedFrom }),
      ...(gitInfo === null ? {} : { git: encodeGit(gitInfo) }),
      ...(dynamicTools.length === 0 ? {} : { dynamic_tools: dynamicTools }),
    });
    const { truncation } = services.modelAccess(settings, config).family;
    const context = initialContext(config, settings, instructions.text, services.shell.kind);
    const { lines, ...begun } = beginThread(beginning, { settings, context, truncation, createdAt, path });
    writer.append([{ timestamp, ...meta }, ...lines]);

    const identity: ThreadIdentity = { id, path, createdAt, source, gitInfo, forkedFrom };
    const log = this.#log(writer, lock, (error) => thread.breakOff(error));
    // A delegate has the engine's own tools: those of servers and clients may act on more than it should.
    const mcp = purpose === null ? this.#mcp(id, options, log) : null;
    const toolSources = purpose === null ? this.#toolSources(id, options, mcp) : [];
    const told = { settings, config, userInstructions: instructions.text, notices: instructions.notices };
    const start = { identity, ...told, log, toolSources, mcp, purpose, countsFor, recordedModel: null, ...begun };
    const thread = createThread(start, services);
    return thread;
  }

  async #load(path: string, restored: RestoredThread, options: ThreadOptions): Promise<Thread> {
    const { config, settings } = options;
    const services = await this.#services();
    services.modelAccess(settings, config);
    if (config.features.exec_policy) await this.#rules.refresh();
    await this.#models.prepare(settings, config);
    this.#mustBeOpen();
    const lock = await takeRollout(path);
    const { id, createdAt, source, gitInfo, forkedFrom, userInstructions, history, usage, preview, nextTurn } =
      restored;
    const writer = createRolloutWriter({ path, create: false });
    const log = this.#log(writer, lock, (error) => this.#threads.get(id)?.breakOff(error));
    const mcp = this.#mcp(id, options, log);
    const start = {
      identity: { id, path, createdAt, source, gitInfo, forkedFrom },
      settings,
      // What the history told the model last; without a record of it, what it is told now.
      toldSettings: { ...settings, ...restored.surroundings },
      config,
      userInstructions,
      notices: [],
      history: createHistory(history),
      usage: createUsageMeter(usage),
      threadSpending: createThreadSpending(restored.spent),
      unfinished: restored.unfinished,
      log,
      toolSources: this.#toolSources(id, { ...options, dynamicTools: restored.dynamicTools }, mcp),
      mcp,
      purpose: null,
      countsFor: null,
      recordedModel: restored.model,
      preview,
      nextTurn,
    };
    return this.#register(createThread(start, services));
  }

  #register(thread: Thread): Thread {
    this.#threads.set(thread.identity.id, thread);
    this.#announce({ type: "loaded", thread });
    return thread;
  }

  async #unload(id: ThreadId): Promise<boolean> {
    const thread = this.#threads.get(id);
    if (thread === undefined) return false;
    this.#threads.delete(id);
    await thread.close();
    this.#announce({ type: "unloaded", threadId: id });
    return true;
  }

  #announce(change: ThreadChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }

  #log(writer: RolloutWriter, lock: RolloutLock, onBroken: (error: Error) => void): ThreadLog {
    return createThreadLog({ writer, lock, clock: this.#options.clock, onBroken });
  }

  #toolSources(id: ThreadId, options: ThreadOptions, mcp: ThreadMcp | null): readonly ToolSource[] {
    const { config, settings, dynamicTools = [], toolSources } = options;
    const made = this.#options.toolSources?.({ id, config, settings }) ?? [];
    return [...(mcp?.toolSources ?? []), ...made, ...(toolSources?.(dynamicTools) ?? [])];
  }

  #mcp(id: ThreadId, { config, settings }: ThreadOptions, log: ThreadLog): ThreadMcp {
    return createThreadMcp(
      {
        settings,
        servers: config.mcpServers,
        emit: (event) => log.emit(event),
        someoneElicits: () => log.someoneElicits(),
        runningTurn: () => this.#threads.get(id)?.runningTurn ?? null,
      },
      this.#mcpServices(config),
    );
  }

  #mcpServices(config: ResolvedConfig): McpServices {
    const { version, env, cwd, newId, log = () => {}, mcpLogins = null, webFetch = fetch } = this.#options;
    const logins = config.features.rmcp_client ? (mcpLogins?.(config.mcpOauthCredentialsStore) ?? null) : null;
    const sandboxProgram = (): Promise<string | null> =>
      (this.#sandboxProgram ??= this.#options.sandboxProgram?.() ?? Promise.resolve(null));
    return { version, env, fetch: webFetch, cwd, newId, log, logins, sandboxProgram };
  }

  #unreadable(): readonly string[] {
    const { home, hidden = [] } = this.#options;
    return [...credentialFiles(home), ...hidden];
  }

  async #services(): Promise<ThreadServices> {
    const { home, env, newId, random, sandbox, passwdShell, commandPath, sleep = sleepFor, ripgrep } = this.#options;
    this.#commandPath ??= commandPath?.() ?? Promise.resolve(null);
    return {
      env,
      commandEnv: withCommandPath(env, await this.#commandPath),
      unreadable: this.#unreadable(),
      newId,
      random,
      sleep,
      ripgrep: async () => (await ripgrep?.()) ?? "rg",
      sandbox,
      shell: userShell({ env, passwdShell }),
      snapshotFolder: join(home, "shell_snapshots"),
      namedShell: (name) => namedShell(name, { env, passwdShell }),
      rules: this.#rules,
      rateLimits: this.rateLimits,
      rewinds: this.#rewinds,
      skills: (cwd) => this.skills(cwd),
      modelAccess: this.#models.access,
      startDelegate: (order) => this.#startDelegate(order),
    };
  }

  #mustBeOpen(): void {
    if (this.#closed !== null) throw new EngineError({ kind: "closed", what: "engine" });
  }
}

function lastTurnOf(end: ForkEnd): string {
  return "turnId" in end ? end.turnId : "";
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}

function reattached(thread: Thread): Thread {
  thread.reattach();
  return thread;
}

/** The right to write to a thread. @throws EngineError `threadInUse`, which names the holder. */
function takeRollout(path: string): Promise<RolloutLock> {
  return acquireRolloutLock(path).catch((error: unknown) => {
    if (!(error instanceof RolloutError)) throw error;
    throw new EngineError({ kind: "threadInUse", reason: error.message }, { cause: error });
  });
}
