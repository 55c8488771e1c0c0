/** A time limit that stands still while a person is asked, and begins anew when there is progress. */
export interface Stopwatch {
  /** Stops the time until as many `resume` as `pause` have come. */
  pause(): void;
  resume(): void;
  /** Begins the limit anew; the cap goes on counting. */
  restart(): void;
  /** No expiry any more. Idempotent. */
  stop(): void;
}

/**
 * @param limitMs time between two restarts. @param capMs time in all, however often it is restarted.
 * @param onExpire called once, when either is over.
 */
export function createStopwatch(options: {
  readonly limitMs: number;
  readonly capMs: number;
  readonly now: () => number;
  readonly onExpire: () => void;
}): Stopwatch {
  const { limitMs, capMs, now, onExpire } = options;
  let limitLeft = limitMs;
  let capLeft = capMs;
  let pauses = 0;
  let runningSince = now();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  const arm = (): void => {
    runningSince = now();
    timer = setTimeout(expire, Math.min(limitLeft, capLeft));
  };
  const halt = (): void => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    const elapsed = now() - runningSince;
    limitLeft = Math.max(0, limitLeft - elapsed);
    capLeft = Math.max(0, capLeft - elapsed);
  };
  const expire = (): void => {
    timer = null;
    stopped = true;
    onExpire();
  };
  arm();
  return {
    pause() {
      pauses += 1;
      halt();
    },
    resume() {
      pauses -= 1;
      if (pauses === 0 && !stopped) arm();
    },
    restart() {
      if (stopped) return;
      halt();
      limitLeft = limitMs;
      if (pauses === 0) arm();
    },
    stop() {
      stopped = true;
      halt();
    },
  };
}
