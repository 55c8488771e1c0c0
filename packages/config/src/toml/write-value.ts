import type { JsonValue } from "@heddle/protocol";
import { formatKey, quoteBasic } from "./key-path.ts";
import { isTable } from "./table.ts";

/** How an existing string is written, so that its successor can be written alike. */
export interface StringStyle {
  readonly style: "basic" | "literal";
  readonly multiline: boolean;
}

/** A value as TOML on one line, but for strings that have line breaks themselves. Tables are inline ones. */
export function formatValue(value: JsonValue, like: StringStyle | null = null): string {
  if (typeof value === "string") return formatString(value, like);
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return String(value);
  if (value === null) throw new Error("TOML has no null"); // refused before anything is written
  if (!isTable(value)) return `[${value.map((element) => formatValue(element)).join(", ")}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${formatKey(key)} = ${formatValue(inner ?? null)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function formatNumber(value: number): string {
  const text = String(value);
  return Number.isFinite(value) ? text : value > 0 ? "inf" : value < 0 ? "-inf" : "nan";
}

function formatString(value: string, like: StringStyle | null): string {
  const plain = !/[\x00-\x08\x0b-\x1f\x7f]/.test(value);
  if (value.includes("\n")) {
    if (like?.style === "literal" && like.multiline && plain && !value.includes("'''")) return `'''\n${value}'''`;
    return multilineBasic(value);
  }
  // A quote or backslash is easier to read where it need not be escaped.
  const literal = like === null ? /["\\]/.test(value) : like.style === "literal";
  return literal && plain && !value.includes("'") ? `'${value}'` : quoteBasic(value);
}

/** Line breaks stay, everything else is escaped as on one line. */
function multilineBasic(value: string): string {
  const lines = value.split("\n").map((line) => quoteBasic(line).slice(1, -1));
  return `"""\n${lines.join("\n")}"""`;
}

/** The lines of a table: its header where it needs one, its keys, then the tables in it. */
export function formatSection(
  path: readonly string[],
  table: { readonly [key: string]: JsonValue | undefined },
): string[] {
  const entries = Object.entries(table).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  const own = entries.filter(([, value]) => !isTable(value));
  const inner = entries.flatMap(([key, value]) => (isTable(value) ? [formatSection([...path, key], value)] : []));
  const header = own.length > 0 || inner.length === 0 ? [`[${path.map(formatKey).join(".")}]`] : [];
  const lines = [...header, ...own.map(([key, value]) => `${formatKey(key)} = ${formatValue(value)}`)];
  return inner.reduce((above, section) => (above.length === 0 ? section : [...above, "", ...section]), lines);
}
