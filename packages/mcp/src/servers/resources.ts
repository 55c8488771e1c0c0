import type { ResourcePage } from "../connection/connection.ts";
import type { JsonObject } from "../json.ts";

/** More pages than this are not read: such a list does not come to an end. */
const MAX_PAGES = 1_000;

/** All pages of a list, up to a cursor that was there already. */
export async function readAllPages(
  readPage: (cursor: string | null) => Promise<ResourcePage>,
): Promise<readonly JsonObject[]> {
  const entries: JsonObject[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { entries: more, nextCursor } = await readPage(cursor);
    entries.push(...more);
    if (nextCursor === null || seen.has(nextCursor)) break;
    seen.add(nextCursor);
    cursor = nextCursor;
  }
  return entries;
}
