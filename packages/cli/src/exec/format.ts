/** `250ms` below a second, `1.50s` below a minute, else `1m 05s`. Source: command line spec, section 2. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)}s`;
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, "0")}s`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  // By hand: `toLocaleString` loads the data of languages first, 15 ms of a short run.
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** The first `count` lines of a text, without the line end of the last one. */
export function firstLines(text: string, count: number): string {
  return text.replace(/\n$/, "").split("\n", count).join("\n");
}
