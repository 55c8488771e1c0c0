import type { JsonObject, JsonValue } from "@heddle/protocol";

/**
 * A TOML table as data. Tables made here have no prototype, so that a key called `__proto__` or `constructor` is a key
 * like every other.
 */
export type Table = JsonObject;

interface MutableTable {
  [key: string]: JsonValue | undefined;
}

/** Where a value is: keys of tables and indexes of arrays, from the root. */
export type KeyPath = readonly (string | number)[];

/** Tells a table from an array and every other value. */
export function isTable(value: JsonValue | undefined): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `Array.isArray` for data that nobody may change. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A table with these entries; `undefined` is left out. */
export function tableOf(entries: Iterable<readonly [string, JsonValue | undefined]>): Table {
  const table = newTable();
  for (const [key, value] of entries) if (value !== undefined) table[key] = value;
  return table;
}

function newTable(): MutableTable {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object without a prototype has no type of its own
  return Object.create(null) as MutableTable;
}

export const emptyTable: Table = Object.freeze(tableOf([]));

/** Lays one table over another: tables are merged key by key, every other value replaces what is below it whole. */
export function mergeTables(below: Table, above: Table): Table {
  const merged = Object.assign(newTable(), below);
  for (const [key, value] of Object.entries(above)) {
    const old = merged[key];
    merged[key] = isTable(old) && isTable(value) ? mergeTables(old, value) : value;
  }
  return merged;
}

/** The value at a path, undefined when there is none. */
export function valueAt(table: Table, path: KeyPath): JsonValue | undefined {
  let value: JsonValue | undefined = table;
  for (const key of path) {
    if (typeof key === "number") value = isArray(value) ? value[key] : undefined;
    else value = isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** The table with a value at a path; whatever is in the way of it becomes a table. */
export function withValue(table: Table, [key, ...rest]: readonly string[], value: JsonValue): Table {
  if (key === undefined) return table;
  const below = valueAt(table, [key]);
  const inner = rest.length === 0 ? value : withValue(isTable(below) ? below : emptyTable, rest, value);
  return tableOf([...Object.entries(table), [key, inner]]);
}

/** The table without the key at a path; the same table when there is no such key. */
export function withoutKey(table: Table, path: readonly string[]): Table {
  const [key, ...rest] = path;
  if (key === undefined || valueAt(table, path) === undefined) return table;
  const below = table[key];
  if (rest.length === 0) return tableOf(Object.entries(table).filter(([name]) => name !== key));
  return isTable(below) ? tableOf([...Object.entries(table), [key, withoutKey(below, rest)]]) : table;
}

/** JSON as it may arrive from a client, made a TOML value: `null` is what TOML cannot say, it is left out. */
export function fromJson(value: JsonValue): JsonValue | undefined {
  if (value === null) return undefined;
  if (isArray(value)) return value.map(fromJson).filter((element) => element !== undefined);
  if (!isTable(value)) return value;
  return tableOf(Object.entries(value).map(([key, inner]) => [key, inner === undefined ? undefined : fromJson(inner)]));
}
