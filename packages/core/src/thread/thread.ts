import type { ResolvedConfig, ScopeLimits } from "@heddle/config";
import type { ItemId, JsonValue, ReviewTarget, ThreadItem, Turn, TurnId, UserInput } from "@heddle/protocol";
import type { ApprovalAnswer, ApprovalCase } from "../approvals/desk.ts";
import type { SettingsOverride, ThreadSettings } from "../settings/settings.ts";
import type { ThreadMcp } from "../mcp/thread-mcp.ts";
import type { ShellCommand } from "../turn/run-shell-command.ts";
import type { ThreadListener } from "./log.ts";
import type { FileRewindOrder, FileRewindOutcome } from "./file-rewind.ts";
import type { ThreadIdentity } from "./thread-start.ts";

/**
 * A thread: one history, one log, at most one running turn. It is an actor whose mailbox is the event loop: every
 * method does its work before it returns, in the order of the calls, and what takes time runs beside it in the turn.
 */
export interface Thread {
  readonly identity: ThreadIdentity;
  readonly settings: ThreadSettings;
  /** What it was started with, for its life. */
  readonly config: ResolvedConfig;
  /** Its MCP servers; null for a thread that works for a turn of another one. */
  readonly mcp: ThreadMcp | null;
  /** The first thing the user said, `""` before that. */
  readonly preview: string;
  readonly runningTurn: TurnId | null;
  /** The tokens that the model of its settings can work with; null when nobody knows. */
  readonly modelContextWindow: number | null;
  /**
   * Starts a turn, or, while one runs, hands the input to that one; the new id then ends together with it. Behind a
   * turn that takes no input, such as a compaction, it waits and runs as a turn of its own.
   * The events of the turn begin after the caller has returned.
   * @throws EngineError `closed`, `busy`, `unknownProvider`. @throws ConfigError when the override is looser than what an
   * administrator allows.
   */
  startTurn(
    input: readonly UserInput[],
    override: SettingsOverride,
    options?: {
      /** The JSON Schema that the final answer has to fit. */
      readonly outputSchema?: JsonValue;
      /** What the turn may use, within what the configuration allows; input that joins a turn narrows that one. */
      readonly limits?: ScopeLimits | null;
    },
  ): TurnId;
  /**
   * Goes on with the last turn, which the end of another process cut off, from its last complete step and under its id.
   * What was running is told to the model as indeterminate.
   * @throws EngineError `nothingToContinue`, `closed`, `busy`, `unknownProvider`.
   */
  continueTurn(options?: { readonly limits?: ScopeLimits | null }): TurnId;
  /**
   * Hands input to the running turn and gives its id.
   * @throws EngineError `closed`, `notRunning` unless the turn of that id runs, `notSteerable`.
   */
  steer(input: readonly UserInput[], expected: TurnId): TurnId;
  /**
   * Starts a turn that replaces the history by a summary, behind the running one if there is one.
   * @throws EngineError `closed`, `busy`, `unknownProvider`.
   */
  compact(): TurnId;
  /**
   * Starts a turn that has changes reviewed, behind the running one if there is one.
   * @throws EngineError `closed`, `busy`, `unknownProvider`.
   */
  review(target: ReviewTarget): TurnId;
  /**
   * Starts a turn that runs a script of the user's own, behind the running one if there is one.
   * @throws EngineError `closed`, `busy`, `unknownProvider`. @throws ConfigError when an administrator allows nothing
   * outside the sandbox.
   */
  runShellCommand(command: ShellCommand): TurnId;
  /** Stops the running turn; resolves when it has stopped, before its `turnCompleted`. At once when none runs. */
  interrupt(): Promise<void>;
  /** Answers an open approval; false when there is none for that item. */
  answerApproval(item: ItemId, answer: ApprovalAnswer): boolean;
  openApprovals(): readonly ApprovalCase[];
  /** Declines what is open: whoever could answer is gone for good. */
  declineOpenApprovals(): void;
  /** The turns that have begun and not ended, as they are at this moment: text that is still coming as far as it has. */
  liveTurns(): readonly Turn[];
  /** Returns the way to stop listening; when nobody is left who may answer, open approvals are declined. */
  subscribe(listener: ThreadListener): () => void;
  /**
   * Takes a turn and all behind it back, for the model and for clients; files stay as they are, and the log keeps what
   * was. A turn that joined others goes together with them. Resolves behind the event that says so.
   * @throws EngineError `unknownTurn`, `busy` while a turn runs, `closed`, `unreadableRollout`.
   */
  revert(firstTurn: TurnId): Promise<void>;
  /**
   * Takes back what a turn and all behind it have changed in files, or says what that would do. Refused as a whole where
   * somebody else has changed a file since. The model is told; what was said stays.
   * @throws EngineError `unknownTurn`, `busy` while a turn runs, `closed`, `unreadableRollout`.
   */
  rewindFiles(order: FileRewindOrder): Promise<FileRewindOutcome>;
  /** Somebody resumes the thread while it is loaded: an idle one counts its tokens anew, as a freshly loaded one does. */
  reattach(): void;
  /** The log cannot be written any more: the running turn fails with that, and no other one starts. */
  breakOff(error: Error): void;
  /** Whether an item shows a command that runs on, though its turn has ended. */
  isRunning(turnId: TurnId, item: ThreadItem): boolean;
  /** Stops the turn, ends the processes that are left, then the log. Idempotent. */
  close(): Promise<void>;
}
