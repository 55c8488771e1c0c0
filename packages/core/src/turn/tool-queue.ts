/**
 * Runs the tool calls of one model response: strictly first come, first served. Exclusive calls run alone, in
 * the order of the calls; parallel ones share their place with the parallel ones next to them.
 */
export interface ToolQueue {
  /** Queues `run`; the promise settles as `run` does. */
  add<T>(admission: "parallel" | "exclusive", run: () => Promise<T>): Promise<T>;
}

export function createToolQueue(): ToolQueue {
  let lastExclusive: Promise<unknown> = Promise.resolve();
  let sharing: Promise<unknown>[] = [];
  return {
    add(admission, run) {
      if (admission === "parallel") {
        const result = lastExclusive.then(run);
        sharing.push(settled(result));
        return result;
      }
      const before = [lastExclusive, ...sharing];
      const result = Promise.all(before).then(run);
      lastExclusive = settled(result);
      sharing = [];
      return result;
    },
  };
}

/** Waits for the end without taking part in the outcome: whoever queued the call handles its failure. */
function settled(result: Promise<unknown>): Promise<void> {
  return result.then(
    () => undefined,
    () => undefined,
  );
}
