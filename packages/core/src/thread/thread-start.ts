import type { ResolvedConfig } from "@heddle/config";
import type { GitInfo, SessionSource, ThreadId } from "@heddle/protocol";
import type { Sandbox, Shell } from "@heddle/sandbox";
import type { RateLimitBook } from "../account/rate-limits.ts";
import type { RuleBook } from "../approvals/rules.ts";
import type { History } from "../history/history.ts";
import type { ThreadSpending, TurnSpending } from "../limits/spending.ts";
import type { ThreadMcp } from "../mcp/thread-mcp.ts";
import type { FileRewinds } from "../rewind/rewind.ts";
import type { ModelAccess } from "../settings/model-access.ts";
import type { ThreadSettings } from "../settings/settings.ts";
import type { FoundSkills } from "../skills/discover-skills.ts";
import type { ToolSource } from "../tools/tool-source.ts";
import type { DelegateOrder } from "../turn/delegate.ts";
import type { ThreadLog } from "./log.ts";
import type { Thread } from "./thread.ts";
import type { UnfinishedTurn } from "./unfinished-turn.ts";
import type { UsageMeter } from "./usage.ts";

/** What stays the same for the life of a thread. */
export interface ThreadIdentity {
  readonly id: ThreadId;
  /** The rollout file, absolute. */
  readonly path: string;
  readonly createdAt: Date;
  readonly source: SessionSource;
  readonly gitInfo: GitInfo | null;
  /** The thread that this one was copied from; null for one of its own. */
  readonly forkedFrom: ThreadId | null;
}

/** What an engine lends to its threads. */
export interface ThreadServices {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The same, as the base of what commands get. */
  readonly commandEnv: Readonly<Record<string, string | undefined>>;
  /** Files that no patch may read. */
  readonly unreadable: readonly string[];
  readonly newId: () => string;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly sandbox: Sandbox;
  readonly ripgrep: () => Promise<string>;
  readonly shell: Shell;
  /** Where what shells know after the profile is kept while threads use it. */
  readonly snapshotFolder: string;
  /** The shell that a model names; `/bin/sh` where that is none. */
  readonly namedShell: (name: string) => Shell;
  readonly rules: RuleBook;
  readonly rateLimits: RateLimitBook;
  readonly rewinds: FileRewinds;
  /** The skills that there are for a folder at this moment. */
  readonly skills: (cwd: string) => Promise<FoundSkills>;
  /** @throws EngineError `unknownProvider` */
  readonly modelAccess: (settings: ThreadSettings, config: ResolvedConfig) => ModelAccess;
  /** Makes a thread that no client sees. @throws EngineError as a new thread does. */
  readonly startDelegate: (order: DelegateOrder) => Promise<Thread>;
}

/** Everything a thread starts from: new, resumed or copied. */
export interface ThreadStart {
  readonly identity: ThreadIdentity;
  readonly settings: ThreadSettings;
  /** The settings that the history already tells the model about. */
  readonly toldSettings: ThreadSettings;
  readonly config: ResolvedConfig;
  /** The instructions of user and project, as they were when the thread began. */
  readonly userInstructions: string | null;
  /** What of them was left out: clients are told at the first turn. */
  readonly notices: readonly string[];
  readonly history: History;
  readonly usage: UsageMeter;
  /** What its turns have used so far. */
  readonly threadSpending: ThreadSpending;
  readonly log: ThreadLog;
  /** Closed by the thread, as `mcp` is. */
  readonly toolSources: readonly ToolSource[];
  /** Null for a thread that works for a turn of another one. */
  readonly mcp: ThreadMcp | null;
  /** The model that a resumed thread had at its last turn, null for any other thread. */
  readonly recordedModel: string | null;
  /** What it is for, when it works for a turn of another thread; else null. */
  readonly purpose: string | null;
  /** Where what its turns use is counted, and limited, besides: the turn of another thread that it works for; else null. */
  readonly countsFor: TurnSpending | null;
  readonly preview: string;
  /** The last turn, when the end of another process cut it off. */
  readonly unfinished: UnfinishedTurn | null;
  /** The number of the next turn: ids are never used twice in the life of a thread. */
  readonly nextTurn: number;
}
