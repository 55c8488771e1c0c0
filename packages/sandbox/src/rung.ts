import type { SandboxLevel, SandboxPolicy } from "./policy.ts";
import type { Launch } from "./process/launch.ts";
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
  /** Whether wrappers in the command ask about programs; only with the helper. */
  readonly asks: boolean;
}

/** The part of a launch that a sandbox contributes. */
export type ConfinedLaunch = Pick<Launch, "program" | "filter" | "hasTerminal" | "tree" | "settle" | "release">;

/** A way to run commands under a policy that works on this machine. */
export interface Rung {
  readonly level: SandboxLevel;
  /**
   * What to start so that the command runs under its policy. `release` has to be called, whatever becomes of it.
   * @throws SandboxError `unenforceable`
   */
  confine(command: Confined): ConfinedLaunch;
}
