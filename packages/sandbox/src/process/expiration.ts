/** The longest time a timer takes; longer ones would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Why a command was ended before it had come to its own end. */
export type Expired = "timedOut" | "aborted";

/**
 * When a command is ended that has not ended by itself: after a time, at a signal, whichever comes first, or never. Whoever
 * makes it can stop its clock: a person who decides costs the command nothing. One is for one command.
 */
export interface ExecExpiration {
  /** Null: the command may run for ever. */
  readonly timeoutMs: number | null;
  /** Null: nobody can stop it but by `Child.kill`. */
  readonly signal: AbortSignal | null;
  /** Stops the clock until the returned function is called; several may hold it at once, before the command starts, too. */
  suspend(): () => void;
  /**
   * The command has started: the clock runs. For the sandbox.
   * @param onExpired called for each of the two that comes.
   * @returns what ends it: nothing expires any more.
   */
  begin(onExpired: (why: Expired) => void): () => void;
}

export function createExpiration({
  timeoutMs = null,
  signal = null,
}: {
  readonly timeoutMs?: number | null;
  readonly signal?: AbortSignal | null;
}): ExecExpiration {
  return new Expiration(timeoutMs, signal);
}

class Expiration implements ExecExpiration {
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal | null;
  #state: "waiting" | "running" | "over" = "waiting";
  #remainingMs: number;
  #suspensions = 0;
  #runningSince = 0;
  #timer: NodeJS.Timeout | null = null;
  #onTimeout = (): void => {};

  constructor(timeoutMs: number | null, signal: AbortSignal | null) {
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.#remainingMs = Math.min(Math.max(timeoutMs ?? 0, 0), MAX_TIMER_MS);
  }

  suspend(): () => void {
    this.#suspensions += 1;
    this.#stopClock();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#suspensions -= 1;
      this.#startClock();
    };
  }

  begin(onExpired: (why: Expired) => void): () => void {
    if (this.#state !== "waiting") throw new Error("an expiration is for one command");
    this.#state = "running";
    const onAbort = (): void => onExpired("aborted");
    this.#onTimeout = () => onExpired("timedOut");
    this.#startClock();
    this.signal?.addEventListener("abort", onAbort, { once: true });
    if (this.signal?.aborted === true) onAbort();
    return () => {
      this.#state = "over";
      this.#stopClock();
      this.signal?.removeEventListener("abort", onAbort);
    };
  }

  #startClock(): void {
    if (this.timeoutMs === null || this.#state !== "running" || this.#suspensions > 0) return;
    this.#runningSince = performance.now();
    this.#timer = setTimeout(this.#onTimeout, this.#remainingMs);
  }

  #stopClock(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#remainingMs = Math.max(0, this.#remainingMs - (performance.now() - this.#runningSince));
  }
}
