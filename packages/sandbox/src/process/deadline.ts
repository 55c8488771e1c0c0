/** The longest time a timer takes; longer ones would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Time that a command has left. It stands still while suspended: a person who decides costs the command nothing. */
export class Deadline {
  readonly #onExpired: () => void;
  #remainingMs: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #suspensions = 0;

  constructor(ms: number, onExpired: () => void) {
    this.#remainingMs = Math.min(Math.max(ms, 0), MAX_TIMER_MS);
    this.#onExpired = onExpired;
    this.#start();
  }

  /** Stops the clock until the returned function is called; several may hold it at once. */
  suspend(): () => void {
    this.#suspensions += 1;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#remainingMs = Math.max(0, this.#remainingMs - (performance.now() - this.#startedAt));
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#suspensions -= 1;
      if (this.#suspensions === 0) this.#start();
    };
  }

  /** It will not expire any more. */
  clear(): void {
    this.#suspensions = Infinity;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #start(): void {
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#onExpired, this.#remainingMs);
  }
}
