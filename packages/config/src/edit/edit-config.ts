import type { JsonValue } from "@heddle/protocol";
import { ConfigError } from "../config-error.ts";
import { formatKeyPath } from "../toml/key-path.ts";
import { readToml } from "../toml/read-toml.ts";
import {
  emptyTable,
  isArray,
  isTable,
  mergeTables,
  tableOf,
  valueAt,
  withoutKey,
  withValue,
  type Table,
} from "../toml/table.ts";
import { expandInline } from "./expand.ts";
import { appendSection, findRoom, insertPair } from "./insert.ts";
import { removeOnce } from "./remove.ts";
import { replaceValue } from "./replace-value.ts";
import { sameData } from "./same-data.ts";
import { allPairs, findPair, readSyntax, startsWith, type Pair, type Syntax } from "./syntax.ts";

/** One change to a configuration file. Paths are from the root, a segment for each table. */
export type ConfigEdit =
  /** Makes this the value; tables on the way are made, what is in the way of them is replaced. */
  | { readonly type: "set"; readonly path: readonly string[]; readonly value: JsonValue }
  /** The same, but a table is laid over the one that is there. */
  | { readonly type: "merge"; readonly path: readonly string[]; readonly value: JsonValue }
  /** Takes a key out, if it is there. */
  | { readonly type: "remove"; readonly path: readonly string[] }
  /** Writes an inline table as sections of its own, if it is one. */
  | { readonly type: "expand"; readonly path: readonly string[] };

/** A text on its way from edit to edit, and the data that it has to hold. */
interface Draft {
  readonly text: string;
  readonly data: Table;
}

/**
 * Edits the text of a configuration file. Comments, order, quotes and empty lines stay, also at what is changed; without
 * an effect the text comes back as it is. The result is read again and holds exactly what the edits say.
 * @throws ConfigError `syntax` when the text is not TOML, `value` for what TOML cannot say, `edit` when the result is
 *   not what was asked for.
 */
export async function editConfig(text: string, edits: readonly ConfigEdit[], file = "config.toml"): Promise<string> {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const before: Draft = { text: text.slice(mark.length), data: await readToml(text, file) };
  const after = edits.reduce(applyEdit, before);
  if (after.text === before.text) return text;
  await checkResult(after, file);
  return mark + after.text;
}

function applyEdit(draft: Draft, edit: ConfigEdit): Draft {
  if (edit.path.length === 0) throw new ConfigError({ kind: "edit", reason: "an edit has to name a key" });
  switch (edit.type) {
    case "set":
      return setValue(draft, edit.path, toml(edit.value, edit.path));
    case "merge":
      return mergeValue(draft, edit.path, toml(edit.value, edit.path));
    case "remove":
      return removeKey(draft, edit.path);
    case "expand":
      return expandTables(draft, edit.path);
  }
}

function mergeValue(draft: Draft, path: readonly string[], value: JsonValue): Draft {
  const old = valueAt(draft.data, path);
  return setValue(draft, path, isTable(old) && isTable(value) ? mergeTables(old, value) : value);
}

function setValue(draft: Draft, path: readonly string[], value: JsonValue): Draft {
  const old = valueAt(draft.data, path);
  if (sameData(old, value)) return draft;
  if (isTable(old) && isTable(value)) return changeTable(draft, path, { old, value });

  const inTheWay = firstObstacle(draft.data, path);
  if (inTheWay !== null) return setValue(draft, inTheWay, nest(path.slice(inTheWay.length), value));

  const syntax = readSyntax(draft.text);
  const pair = findPair(syntax, path);
  const data = withValue(draft.data, path, value);
  if (pair !== null && (pair.inline === null || !isTable(value))) {
    return { text: replaceValue(syntax, pair, old, value), data };
  }
  return insertValue(old === undefined ? draft : removeKey(draft, path), path, value);
}

/** Key by key, so that what stays the same keeps its text. */
function changeTable(draft: Draft, path: readonly string[], { old, value }: { old: Table; value: Table }): Draft {
  let changed = draft;
  for (const key of Object.keys(old)) if (!Object.hasOwn(value, key)) changed = removeKey(changed, [...path, key]);
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined) changed = setValue(changed, [...path, key], inner);
  }
  return changed;
}

/** The first thing on the way to a path that is there and no table. */
function firstObstacle(data: Table, path: readonly string[]): readonly string[] | null {
  for (let length = 1; length < path.length; length += 1) {
    const value = valueAt(data, path.slice(0, length));
    if (value === undefined) return null;
    if (!isTable(value)) return path.slice(0, length);
  }
  return null;
}

function nest(path: readonly string[], value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, key) => tableOf([[key, inner]]), value);
}

/** Writes a key that is not there; everything on the way to it is a table or missing. */
function insertValue(draft: Draft, path: readonly string[], value: JsonValue): Draft {
  const syntax = readSyntax(draft.text);
  const data = withValue(draft.data, path, value);
  const parent = path.slice(0, -1);
  let known = parent.length;
  while (known > 0 && valueAt(draft.data, path.slice(0, known)) === undefined) known -= 1;
  const room = findRoom(syntax, path.slice(0, known));
  if (known === parent.length && !isTable(value) && room !== null)
    return { text: insertPair(syntax, room, path, value), data };
  if (room?.type === "inline") {
    const outer = outermostInline(syntax, path);
    if (outer !== null) return insertValue({ ...draft, text: expandInline(syntax, outer) }, path, value);
  }
  const [at, table] = isTable(value) ? [path, value] : [parent, tableOf([[path.at(-1) ?? "", value]])];
  return { text: appendSection(draft.text, { path: at, table, eol: syntax.eol }), data };
}

/** The inline table on lines of its own that a path lies in or is. */
function outermostInline(syntax: Syntax, path: readonly string[]): (Pair & { readonly inline: null }) | null {
  for (const pair of allPairs(syntax)) {
    const { node, inline } = pair;
    if (inline === null && node.value.type === "TOMLInlineTable" && startsWith(path, pair.path))
      return { ...pair, inline };
  }
  return null;
}

function removeKey(draft: Draft, path: readonly string[]): Draft {
  const data = withoutKey(draft.data, path);
  if (data === draft.data) return draft;
  let { text } = draft;
  for (;;) {
    const shorter = removeOnce(readSyntax(text), path);
    if (shorter === null) return { text, data };
    text = shorter;
  }
}

function expandTables(draft: Draft, path: readonly string[]): Draft {
  let { text } = draft;
  for (;;) {
    const syntax = readSyntax(text);
    const inline = [...allPairs(syntax)].find(
      (pair) => pair.inline === null && pair.node.value.type === "TOMLInlineTable" && startsWith(pair.path, path),
    );
    if (inline === undefined) return { ...draft, text };
    text = expandInline(syntax, { ...inline, inline: null });
  }
}

/** A value from outside as TOML data. @throws ConfigError `value` for `null` and numbers that TOML cannot hold. */
function toml(value: JsonValue, path: readonly (string | number)[]): JsonValue {
  const refuse = (reason: string): never => {
    throw new ConfigError({ kind: "value", key: formatKeyPath(path), reason });
  };
  if (value === null) return refuse("TOML has no null");
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    return refuse("integers beyond 2^53 cannot be kept exactly"); // larger ones are written as floats
  }
  if (isArray(value)) return value.map((element, index) => toml(element, [...path, index]));
  if (!isTable(value)) return value;
  return tableOf(
    Object.entries(value).map(([key, inner]) => [key, inner === undefined ? undefined : toml(inner, [...path, key])]),
  );
}

async function checkResult({ text, data }: Draft, file: string): Promise<void> {
  let result = emptyTable;
  try {
    result = await readToml(text, file);
  } catch (cause) {
    throw new ConfigError({ kind: "edit", file, reason: "the edit would have made the file unreadable" }, { cause });
  }
  if (!sameData(withoutEmptyTables(result), withoutEmptyTables(data))) {
    throw new ConfigError({ kind: "edit", file, reason: "the edit would have changed more than it was asked to" });
  }
}

/** A table that was there only through a key inside of it goes with that key: empty tables do not count. */
function withoutEmptyTables(table: Table): Table {
  const kept = Object.entries(table).map(([key, value]): [string, JsonValue | undefined] => {
    const inner = isTable(value) ? withoutEmptyTables(value) : value;
    return [key, isTable(inner) && Object.keys(inner).length === 0 ? undefined : inner];
  });
  return tableOf(kept);
}
