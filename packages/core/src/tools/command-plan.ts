import type { CallId } from "@heddle/protocol";
import type { ShellSnapshot } from "@heddle/sandbox";

/** What a command tool would do: policy and approval decide on this value, and only then it runs. */
export interface CommandPlan {
  readonly callId: CallId;
  /** The tool that asked, for messages. */
  readonly toolName: string;
  readonly argv: readonly string[];
  /** What the user's profile has set, for a shell that does not read it; null: nothing of that. */
  readonly snapshot: ShellSnapshot | null;
  /** Absolute. */
  readonly cwd: string;
  /** The program named by the model is run directly; a shell in between is part of `argv`. */
  /** Null: it may run for ever. */
  readonly timeoutMs: number | null;
  /** The model asked to run outside the sandbox. */
  readonly escalated: boolean;
  /** Why, in the model's words. */
  readonly justification: string | null;
}

/** Time limit of a command that names none. Source: engine spec, section 7.5. */
export const DEFAULT_TIMEOUT_MS = 10_000;

/** What is started for a plan. Rules, questions and clients are about its `argv`. */
export function launchedArgv({ argv, snapshot }: CommandPlan): readonly string[] {
  return snapshot === null ? argv : snapshot.wrap(argv);
}
