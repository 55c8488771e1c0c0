import type { Child, SandboxProbe } from "@heddle/sandbox";
import { readFileSync } from "node:fs";
import { constants } from "node:os";

/** What a person or a supervisor sends to a program that they want something of. */
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
type ForwardedSignal = (typeof FORWARDED)[number];

/** How many processes stand between what we start and the command. */
const PROCESSES_BETWEEN: Readonly<Record<SandboxProbe["rung"], number>> = {
  bubblewrap: 2,
  helper: 1,
  seatbelt: 0,
  none: 0,
};

/** The signals of this process while a command runs for which it stands. */
export interface SignalForwarder {
  /** From now on the command decides what comes of a signal. @param rung what it runs in. */
  attach(child: Child, rung: SandboxProbe["rung"]): void;
  /** 128 + n when signal n came before there was a command that could decide; else null. */
  exitCode(): number | null;
  /** Gives the signals back. */
  release(): void;
}

/**
 * Passes the signals of this process on to a command; none of them ends this process any more. Those that the terminal
 * sends are not passed on: it sends them to every process in its foreground, the command among them.
 */
export function forwardSignals(): SignalForwarder {
  let command: { readonly child: Child; readonly rung: SandboxProbe["rung"] } | null = null;
  let early: ForwardedSignal | null = null;
  const forward = (signal: ForwardedSignal): void => {
    if ((signal === "SIGINT" || signal === "SIGQUIT") && process.stdin.isTTY) return;
    const pid = command === null ? null : descendant(command.child.pid, PROCESSES_BETWEEN[command.rung]);
    if (pid !== null) return sendQuietly(pid, signal);
    early ??= signal;
    command?.child.kill();
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return {
    attach(child, rung) {
      command = { child, rung };
      if (early !== null) child.kill();
    },
    exitCode: () => (early === null ? null : 128 + constants.signals[early]),
    release() {
      for (const signal of FORWARDED) process.off(signal, forward);
    },
  };
}

/** The first child of the first child, so many times; null when there is none (yet). */
function descendant(pid: number, generations: number): number | null {
  if (generations === 0) return pid;
  const child = firstChild(pid);
  return child === null ? null : descendant(child, generations - 1);
}

function firstChild(pid: number): number | null {
  try {
    const [first = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    return first === "" ? null : Number(first);
  } catch {
    return null;
  }
}

function sendQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
