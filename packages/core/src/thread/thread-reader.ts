import { statSync } from "node:fs";
import { restoreThread, type RestoredThread } from "./restore.ts";

/** How long what was read is kept for the one who comes next. */
const KEPT_MS = 5_000;

/**
 * Reads threads from their rollouts. Whoever loads a thread asks for its turns right after: what was read last is given
 * once more, as long as the file is the same, and then forgotten, so that no long thread stays in memory twice.
 */
export function createThreadReader(): (path: string) => Promise<RestoredThread> {
  let kept: { readonly path: string; readonly stamp: string; readonly restored: RestoredThread } | null = null;
  let forget: NodeJS.Timeout | null = null;
  return async (path) => {
    const stamp = stampOf(path);
    const known = kept;
    if (forget !== null) clearTimeout(forget);
    kept = null;
    if (known !== null && known.path === path && known.stamp === stamp) return known.restored;
    const restored = await restoreThread(path);
    if (stamp !== null) kept = { path, stamp, restored };
    forget = setTimeout(() => (kept = null), KEPT_MS).unref();
    return restored;
  };
}

function stampOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? null : `${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}
