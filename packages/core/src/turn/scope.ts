import type { ResolvedConfig } from "@heddle/config";
import type { ModelClient, ModelFamily, RateLimits, ResponseItem } from "@heddle/models";
import type { JsonValue, ThreadId, TurnId, UserInput } from "@heddle/protocol";
import { emptyPolicy } from "@heddle/execpolicy";
import { childEnvironment, hasNetwork, takeShellSnapshot } from "@heddle/sandbox";
import { NO_SKILLS, readNamedSkills, type NamedSkills } from "../context/named-skills.ts";
import { EngineError } from "../engine-error.ts";
import { assessRisk } from "../approvals/assess-risk.ts";
import type { ApprovalDesk } from "../approvals/desk.ts";
import type { Replacement } from "../compaction/compact.ts";
import type { CompactionRow } from "../compaction/compaction-row.ts";
import { notifyOfTurn, type AnsweredTurn } from "../hooks/notify.ts";
import type { History } from "../history/history.ts";
import type { TruncationPolicy } from "../history/truncate.ts";
import { NO_RECORDER } from "../rewind/recorder.ts";
import type { TurnSpending } from "../limits/spending.ts";
import type { ThreadSettings } from "../settings/settings.ts";
import type { ThreadEvent } from "../thread/events.ts";
import { initialContext } from "../thread/first-items.ts";
import type { Thread } from "../thread/thread.ts";
import type { ThreadServices, ThreadStart } from "../thread/thread-start.ts";
import type { ModelAccess } from "../settings/model-access.ts";
import type { UsageMeter } from "../thread/usage.ts";
import type { ToolSet } from "../tools/tool-set.ts";
import type { ThreadSnapshot } from "../commands/thread-snapshot.ts";
import type { ThreadProcesses } from "../processes/thread-processes.ts";
import type { CommandSituation, ToolContext } from "../tools/tool.ts";
import type { DelegateOrder } from "./delegate.ts";
import { toolGatherer } from "./gather-tools.ts";
import type { ItemWriter } from "./items.ts";
import { createTurnFiles } from "./turn-files.ts";

/** Everything one turn works with: made when it starts, gone when it ends. */
export interface TurnScope {
  readonly threadId: ThreadId;
  readonly turnId: TurnId;
  readonly settings: ThreadSettings;
  readonly config: ResolvedConfig;
  readonly family: ModelFamily;
  readonly client: ModelClient;
  readonly streamMaxRetries: number;
  /**
   * The tools of the next model request, those of the thread's sources included.
   * @throws the reason of the turn's signal, and what a source fails with.
   */
  readonly gatherTools: () => Promise<ToolSet>;
  readonly toolContext: ToolContext;
  readonly history: History;
  readonly usage: UsageMeter;
  /** Counts what the turn uses and stops it at its limits. */
  readonly spending: TurnSpending;
  readonly items: ItemWriter;
  readonly signal: AbortSignal;
  /** The JSON Schema that the final answer has to fit, or null. */
  readonly outputSchema: JsonValue | null;
  readonly emit: (event: ThreadEvent) => void;
  /** Tells what a reply of the provider said about limits, with what was known before. */
  readonly noteRateLimits: (limits: RateLimits) => void;
  /** Adds to the history and the log. */
  readonly record: (item: ResponseItem) => void;
  /** What a thread with the settings of this turn begins with; a compacted history begins with it again. */
  readonly threadContext: () => readonly ResponseItem[];
  /** Puts a compacted history in the place of the present one, in the log too. */
  readonly replaceHistory: (replacement: Replacement) => void;
  readonly compactions: CompactionRow;
  /** Reads the skills that a message of the user names. Never rejects. */
  readonly readNamedSkills: (input: readonly UserInput[]) => Promise<NamedSkills>;
  /** What the thread is for, when it works for a turn of another one; else null. */
  readonly purpose: string | null;
  /** Makes a thread that works for this turn; whoever asked for it closes it. @throws EngineError as a new thread does. */
  readonly startDelegate: (order: DelegateOrder) => Promise<Thread>;
  /** Tells the user's program, where one is configured, that the turn has come to its answer. Returns at once. */
  readonly notify: (turn: Pick<AnsweredTurn, "history" | "answer">) => void;
  /** Waits while clients are slow to read. */
  readonly drained: () => Promise<void>;
  readonly newId: () => string;
  /** Between 0 and 1, for jitter. */
  readonly random: () => number;
  /** Waits; rejects when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes what was said while the turn ran, oldest first. */
  readonly takePending: () => readonly (readonly UserInput[])[];
  /** Takes what tools have left for the model behind the outputs of a response. */
  readonly takeToolMessages: () => readonly ResponseItem[];
}

/** What a thread hands to a turn of its own. */
export interface TurnScopeParts {
  readonly threadId: ThreadId;
  readonly turnId: TurnId;
  readonly settings: ThreadSettings;
  readonly start: Pick<
    ThreadStart,
    "config" | "userInstructions" | "history" | "usage" | "log" | "toolSources" | "purpose"
  >;
  readonly services: ThreadServices;
  readonly approvals: ApprovalDesk;
  readonly processes: ThreadProcesses;
  readonly snapshot: ThreadSnapshot;
  readonly announceSandbox: ToolContext["announceSandbox"];
  readonly access: ModelAccess;
  readonly outputSchema: JsonValue | null;
  readonly spending: TurnSpending;
  readonly items: ItemWriter;
  readonly emit: (event: ThreadEvent) => void;
  readonly signal: AbortSignal;
  readonly compactions: CompactionRow;
  readonly takePending: TurnScope["takePending"];
}

/** Puts together what a turn works with; nothing begins here. */
export function createTurnScope(parts: TurnScopeParts): TurnScope {
  const { threadId, turnId, settings, start, services, approvals, access, outputSchema, items, emit, signal } = parts;
  const { config, history, usage, log, toolSources } = start;
  const { client, provider, family } = access;
  const {
    newId,
    random,
    sleep,
    sandbox,
    shell,
    namedShell,
    snapshotFolder,
    rules,
    rewinds,
    env,
    commandEnv,
    unreadable,
    rateLimits,
  } = services;
  const { features } = config;
  const truncation = truncationOf(family, config);
  const toolMessages: ResponseItem[] = [];
  const warn = (message: string): void => emit({ type: "warning", turnId, message });
  const warnOfNotify = (reason: string): void =>
    log.emit({ type: "warning", turnId: null, message: `the notify program could not be started: ${reason}` });
  const networkDisabled = !hasNetwork(settings.sandboxPolicy);
  const hidden = [...unreadable, ...config.sandboxDenyRead];
  const commandEnvironment = onceFor((situation) =>
    childEnvironment(commandEnv, config.shellEnvironmentPolicy, { networkDisabled, ...situation }),
  );
  const takeSnapshot: Parameters<ThreadSnapshot["get"]>[0] = () =>
    takeShellSnapshot({
      shell,
      sandbox,
      policy: settings.sandboxPolicy,
      cwd: settings.cwd,
      env: commandEnvironment({ sandboxed: settings.sandboxPolicy.type !== "danger-full-access" }),
      environmentPolicy: config.shellEnvironmentPolicy,
      folder: snapshotFolder,
      signal,
    });
  const toolContext: ToolContext = {
    turnId,
    settings,
    truncation,
    signal,
    items,
    emit,
    approvals,
    assessRisk: features.experimental_sandbox_command_assessment
      ? (plan, failure) =>
          assessRisk(plan, failure, { client, settings, family, threadId, signal, spending: parts.spending })
      : () => Promise.resolve(null),
    rules: features.exec_policy ? { ...rules, amendments: true } : NO_RULES,
    sandbox,
    announceSandbox: parts.announceSandbox,
    processes: parts.processes,
    shell,
    shellSnapshot: () => (features.shell_snapshot ? parts.snapshot.get(takeSnapshot) : Promise.resolve(null)),
    namedShell,
    environment: env,
    childEnvironment: commandEnvironment,
    random,
    ripgrep: services.ripgrep,
    files: createTurnFiles({ settings, env, hidden }),
    changes: features.undo
      ? rewinds.recorder({ turnId, cwd: settings.cwd, policy: settings.sandboxPolicy, hidden, emit })
      : NO_RECORDER,
    tellModel: (content) => toolMessages.push({ type: "message", role: "user", content: [...content] }),
  };
  return {
    threadId,
    turnId,
    settings,
    config,
    family,
    client,
    streamMaxRetries: provider.streamMaxRetries,
    gatherTools: toolGatherer({ family, config, sources: toolSources, signal, warn }),
    toolContext,
    history,
    usage,
    spending: parts.spending,
    items,
    signal,
    outputSchema,
    emit,
    noteRateLimits: (limits) =>
      emit({ type: "rateLimitsUpdated", rateLimits: rateLimits.note(settings.provider, limits) }),
    record: (item) => log.recordItem(history.record(item, truncation)),
    threadContext: () => initialContext(config, settings, start.userInstructions, shell.kind),
    replaceHistory(replacement) {
      log.recordCompaction(replacement);
      history.replace(replacement.items);
    },
    compactions: parts.compactions,
    purpose: start.purpose,
    readNamedSkills: (input) =>
      start.purpose === null
        ? readNamedSkills(input, { config, discover: () => services.skills(settings.cwd) })
        : Promise.resolve(NO_SKILLS),
    startDelegate: (order) => services.startDelegate(order),
    notify({ history: asked, answer }) {
      const { notify } = config;
      if (notify === null || start.purpose !== null) return;
      const turn: AnsweredTurn = { threadId, turnId, cwd: settings.cwd, history: asked, answer };
      // Behind the end of the turn: starting a process takes milliseconds.
      setImmediate(() => notifyOfTurn(notify, turn, { env, onFailure: warnOfNotify }));
    },
    drained: () => log.drained(),
    newId,
    random,
    sleep,
    takePending: parts.takePending,
    takeToolMessages: () => toolMessages.splice(0),
  };
}

/** With the feature `exec_policy` off there are no rules, none is proposed, and none can be added. */
const NO_RULES: ToolContext["rules"] = {
  current: () => emptyPolicy,
  allow: () =>
    Promise.reject(
      new EngineError({
        kind: "rules",
        reason: "cannot append execpolicy rule because execpolicy feature is disabled",
      }),
    ),
  amendments: false,
};

/** Environments are the same for all commands of a turn; patterns over some hundred variables take a fifth of a millisecond. */
function onceFor<T>(make: (situation: CommandSituation) => T): (situation: CommandSituation) => T {
  const made = new Map<string, T>();
  return (situation) => {
    const key = `${situation.sandboxed} ${situation.pty === true}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(situation);
    made.set(key, value);
    return value;
  };
}

function truncationOf(family: ModelFamily, config: ResolvedConfig): TruncationPolicy {
  const limit = config.toolOutputTokenLimit;
  if (limit === null) return family.truncation;
  return family.truncation.unit === "tokens" ? { unit: "tokens", limit } : { unit: "bytes", limit: limit * 4 };
}
