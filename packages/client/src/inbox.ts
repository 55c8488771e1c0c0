/**
 * What came and was not yet taken, for one reader. It has no bound: the messages have arrived, none may be dropped, and
 * a reader that is slow holds what it has not read.
 */
export interface Inbox<Value> extends AsyncIterable<Value> {
  push(value: Value): void;
  /** The reader gets this error after everything that was pushed. */
  fail(error: Error): void;
}

export function createInbox<Value>(): Inbox<Value> {
  let values: Value[] = [];
  let failure: Error | null = null;
  let wake: (() => void) | null = null;

  function changed(): void {
    wake?.();
    wake = null;
  }

  return {
    push(value) {
      values.push(value);
      changed();
    },
    fail(error) {
      failure ??= error;
      changed();
    },
    async *[Symbol.asyncIterator]() {
      while (true) {
        const batch = values;
        values = [];
        yield* batch;
        if (values.length > 0) continue;
        if (failure !== null) throw failure;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
