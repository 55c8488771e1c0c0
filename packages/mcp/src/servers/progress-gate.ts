/** Lets words of progress through, at most so many a second: the first at once, the others at even distances. */
export function createProgressGate(options: { readonly perSecond: number; readonly now: () => number }): () => boolean {
  const { perSecond, now } = options;
  let next = Number.NEGATIVE_INFINITY;
  return () => {
    const at = now();
    if (at < next) return false;
    next = at + 1_000 / perSecond;
    return true;
  };
}
