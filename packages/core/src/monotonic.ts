/**
 * Milliseconds on a clock that is never set back; only differences mean something. `performance.now` without the module
 * behind it, which takes a millisecond to load and is not needed by a turn without tools.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
