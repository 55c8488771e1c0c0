import { invalidRequest, type SortDirection } from "@heddle/protocol";

/** One page of a list that grows at its end, and where the pages before and behind it begin. */
export interface PositionPage<Entry> {
  readonly data: readonly Entry[];
  readonly nextCursor: string | null;
  /** For the opposite direction: from the first entry of this page on. Null for an empty page. */
  readonly backwardsCursor: string | null;
}

/**
 * A page of a list whose oldest entry is the first. A cursor counts the entries that are older than where it stands: it
 * means the same in both directions, and still does when others have come meanwhile.
 * @throws RpcError when the cursor is none. One behind the end stands at the end: a thread may have been reverted.
 */
export function positionPage<Entry>(
  oldestFirst: readonly Entry[],
  options: {
    readonly cursor: string | null | undefined;
    readonly limit: number | null | undefined;
    /** Newest first unless it says otherwise. */
    readonly direction: SortDirection | null | undefined;
  },
): PositionPage<Entry> {
  const { cursor, limit, direction } = options;
  const total = oldestFirst.length;
  const count = Math.max(1, limit ?? PAGE);
  if (direction === "asc") {
    const start = readCursor(cursor, { total, missing: 0 });
    const data = oldestFirst.slice(start, start + count);
    const end = start + data.length;
    return { data, nextCursor: end < total ? String(end) : null, backwardsCursor: at(start + 1, data) };
  }
  const end = readCursor(cursor, { total, missing: total });
  const start = Math.max(0, end - count);
  const data = oldestFirst.slice(start, end).toReversed();
  return { data, nextCursor: start > 0 ? String(start) : null, backwardsCursor: at(end - 1, data) };
}

/** The cursor at which a page begins with an entry, in either direction. */
export function cursorAt(index: number, direction: SortDirection | null | undefined): string {
  return String(direction === "asc" ? index : index + 1);
}

/** How long a page is when nobody says. */
const PAGE = 25;

function at(position: number, data: readonly unknown[]): string | null {
  return data.length === 0 ? null : String(position);
}

function readCursor(
  cursor: string | null | undefined,
  { total, missing }: { readonly total: number; readonly missing: number },
): number {
  if (cursor === null || cursor === undefined) return missing;
  if (!/^\d{1,15}$/.test(cursor)) throw invalidRequest(`invalid cursor: ${cursor}`);
  return Math.min(total, Number(cursor));
}
