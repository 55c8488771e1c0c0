import type { PathBlock } from "./path-index.ts";

/** The paths below a root, also while they are being listed: who reads them gets all, and waits for those to come. */
export interface PathListing {
  /** From the first to the last; ends early when `signal` fires. @throws what ended the listing. */
  read(signal: AbortSignal): AsyncIterable<PathBlock>;
}

export interface GrowingListing extends PathListing {
  add(block: PathBlock): void;
  end(): void;
  fail(error: unknown): void;
}

type State = { readonly type: "growing" | "complete" } | { readonly type: "failed"; readonly error: unknown };

export function createListing(): GrowingListing {
  const blocks: PathBlock[] = [];
  const waiting = new Set<() => void>();
  let state: State = { type: "growing" };

  const wake = (): void => {
    for (const resume of waiting) resume();
    waiting.clear();
  };
  const become = (next: State): void => {
    state = next;
    wake();
  };
  const nextChange = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const resume = (): void => {
        waiting.delete(resume);
        signal.removeEventListener("abort", resume);
        resolve();
      };
      waiting.add(resume);
      signal.addEventListener("abort", resume, { once: true });
    });

  return {
    add(block) {
      blocks.push(block);
      wake();
    },
    end: () => become({ type: "complete" }),
    fail: (error) => become({ type: "failed", error }),
    async *read(signal) {
      for (let at = 0; !signal.aborted;) {
        const block = blocks[at];
        if (block !== undefined) {
          at += 1;
          yield block;
        } else if (state.type === "growing") await nextChange(signal);
        else if (state.type === "failed") throw state.error;
        else return;
      }
    },
  };
}
