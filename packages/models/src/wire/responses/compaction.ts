import { isObject } from "../../json.ts";
import type { ResponseItem } from "../../response-item.ts";
import { decodeItem } from "./decode-item.ts";

/** The items of a compaction's answer, `{output: [...]}`; null when there are none or one of them cannot be read. */
export function decodeCompaction(body: string, options: { readonly keepId: boolean }): readonly ResponseItem[] | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const output = isObject(value) ? value["output"] : null;
  if (!Array.isArray(output) || output.length === 0) return null;
  const items = output.flatMap((item: unknown) => decodeItem(item, options) ?? []);
  return items.length === output.length ? items : null;
}
