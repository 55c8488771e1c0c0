/** A program that a wrapper inside of a sandbox asks about. Source: MCP spec, section D. */
export interface ExecRequest {
  /** The program's file, as whoever starts it has found it. */
  readonly file: string;
  /** From the name that the program is told to have on. */
  readonly argv: readonly string[];
  /** Absolute. */
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** False when bytes of the request are no text: what is read here is not quite what would be run. */
  readonly exact: boolean;
}

/** What becomes of a program: it runs where it is, or outside of the sandbox exactly as it was asked about, or not at all. */
export type ExecDecision =
  | { readonly type: "run" }
  | { readonly type: "escalate" }
  | { readonly type: "deny"; readonly reason: string };

/** What whoever decides may use meanwhile. */
export interface Deciding {
  /** Fires when nobody waits for the decision any more. */
  readonly signal: AbortSignal;
}

/**
 * Lets the programs that a command starts be decided about one by one, by a wrapper that the command's shell runs in the
 * place of each: a Bash that honours `BASH_EXEC_WRAPPER`. Any process of the command can ask in the wrapper's place, with
 * the file, arguments and environment that it likes.
 */
export interface Escalation {
  /** The wrapper's file; one that commands can read. See `installExecWrapper`. */
  readonly wrapper: string;
  /** May reject: the program is denied then. */
  decide(request: ExecRequest, deciding: Deciding): Promise<ExecDecision>;
}

/**
 * The number that the wrapper's socket has in the command: beyond those that scripts use for files of their own, and
 * below the limit of a process that may have but 256.
 */
export const WRAPPER_SOCKET = 219;

/** What the command's environment says to its shell and to the wrapper. */
export function escalationEnvironment({ wrapper }: Escalation): Record<string, string> {
  return { BASH_EXEC_WRAPPER: wrapper, CODEX_ESCALATE_SOCKET: `${WRAPPER_SOCKET}` };
}
