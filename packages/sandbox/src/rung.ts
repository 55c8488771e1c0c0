import type { SandboxLevel, SandboxPolicy } from "./policy.ts";
import type { Channel, Launch } from "./process/child.ts";
import type { TerminalSize } from "./process/terminal.ts";

/** What of a command decides about its sandbox. */
export interface Confined {
  readonly argv: readonly string[];
  /** The file of `argv[0]`, absolute. */
  readonly program: string;
  readonly cwd: string;
  readonly policy: SandboxPolicy;
  readonly sandboxCwd: string;
  /** Whether it shares our terminal. */
  readonly interactive: boolean;
  /** A terminal of its own, where the rung can give one; null: none is wanted. */
  readonly terminal: TerminalSize | null;
  /** Where the questions of wrappers go; only with the helper. Null: there are no wrappers. */
  readonly wrappers: Channel | null;
}

/** The part of a launch that a sandbox contributes. */
export type ConfinedLaunch = Pick<
  Launch,
  "file" | "args" | "descriptors" | "hasTerminal" | "tree" | "settle" | "release"
>;

/** A way to run commands under a policy that works on this machine. */
export interface Rung {
  readonly level: SandboxLevel;
  /**
   * What to start so that the command runs under its policy. `release` has to be called, whatever becomes of it.
   * @throws SandboxError `unenforceable`
   */
  confine(command: Confined): ConfinedLaunch;
  /** Gives back what is kept open for all commands. */
  close(): void;
}
