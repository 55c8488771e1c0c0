import type { CallId } from "@heddle/protocol";

/** What a command tool would do: policy and approval decide on this value, and only then it runs. */
export interface CommandPlan {
  readonly callId: CallId;
  /** The tool that asked, for messages. */
  readonly toolName: string;
  readonly argv: readonly string[];
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
