import { invalidRequest } from "@heddle/protocol";

/** One page of a list, and where the next one begins. */
export interface OffsetPage<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * The page of a whole list at a cursor, which is a decimal offset. Without a limit it goes to the end; a limit of 0
 * counts as 1.
 * @param options.what names the items in an error: `models`.
 * @throws RpcError when the cursor is no number or lies behind the end. The end itself is an empty page.
 */
export function offsetPage<Item>(
  items: readonly Item[],
  options: {
    readonly cursor: string | null | undefined;
    readonly limit: number | null | undefined;
    readonly what: string;
  },
): OffsetPage<Item> {
  const { cursor, limit, what } = options;
  const start = readCursor(cursor ?? "0");
  if (start > items.length) throw invalidRequest(`cursor ${start} exceeds total ${what} ${items.length}`);
  const end = Math.min(items.length, start + Math.max(1, limit ?? items.length));
  return { data: items.slice(start, end), nextCursor: end < items.length ? String(end) : null };
}

function readCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw invalidRequest(`invalid cursor: ${cursor}`);
  return Number(cursor);
}
