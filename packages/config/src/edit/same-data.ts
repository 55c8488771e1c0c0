import type { JsonValue } from "@heddle/protocol";
import { isArray, isTable } from "../toml/table.ts";

/** Whether two values are the same data. The order of keys does not count. */
export function sameData(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (isArray(a) && isArray(b)) {
    return a.length === b.length && a.every((element, index) => sameData(element, b[index]));
  }
  if (isTable(a) && isTable(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameData(a[key], b[key]))
    );
  }
  return Object.is(a, b) || (typeof a === "number" && a === b);
}
