/**
 * How often a thread has been compacted by itself without a response that fitted afterwards. A thread that stays too
 * long whatever is done, as one with a huge pasted text, must not spend a model request on it again and again.
 */
export interface CompactionRow {
  /** Whether one more compaction may be tried. */
  readonly mayGoOn: boolean;
  /** A compaction has been tried, whatever came of it. */
  add(): void;
  /** A response has fitted. */
  reset(): void;
}

/** Source: the requirement that a thread is compacted at most twice in a row. */
const MOST_IN_A_ROW = 2;

export function createCompactionRow(): CompactionRow {
  let length = 0;
  return {
    get mayGoOn() {
      return length < MOST_IN_A_ROW;
    },
    add() {
      length += 1;
    },
    reset() {
      length = 0;
    },
  };
}
