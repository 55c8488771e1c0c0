/** The signals that ask a run to stop, as one interrupt. */
export interface SignalWatch {
  /** Fires with the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly interrupt: AbortSignal;
  /** Gives the signals back. */
  release(): void;
}

const EXIT_CODES: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Turns signals into an interrupt until it is released. */
export function interruptOnSignals(): SignalWatch {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES[signal] ?? 1);
    controller.abort(new DOMException(`stopped by ${signal}`, "AbortError"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    interrupt: controller.signal,
    release() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
