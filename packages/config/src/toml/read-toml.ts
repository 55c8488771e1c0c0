import type { JsonValue } from "@heddle/protocol";
import type { TomlValue } from "smol-toml";
import { ConfigError } from "../config-error.ts";
import { tableOf, type Table } from "./table.ts";

/**
 * Reads a TOML document as data; dates become their text. The parser is loaded with the first document that is not
 * empty.
 * @param file named in the error.
 * @throws ConfigError `syntax` with line and column.
 */
export async function readToml(text: string, file: string): Promise<Table> {
  if (text.trim() === "") return tableOf([]);
  const { parse, TomlError } = await import("smol-toml");
  try {
    return toTable(parse(text));
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const reason = cause.message.replace(/\n+$/, "");
    throw new ConfigError({ kind: "syntax", file, line: cause.line, column: cause.column, reason }, { cause });
  }
}

/** Reads one TOML value; undefined when the text is not one. */
export async function readTomlValue(text: string): Promise<JsonValue | undefined> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    const table = toTable(parse(`value = ${text}`));
    // A line break in the text could have ended the value and begun other keys.
    return Object.keys(table).length === 1 ? table["value"] : undefined;
  } catch (cause) {
    if (cause instanceof TomlError) return undefined;
    throw cause;
  }
}

function toTable(table: { readonly [key: string]: TomlValue }): Table {
  return tableOf(Object.entries(table).map(([key, value]) => [key, toData(value)]));
}

function toData(value: TomlValue): JsonValue {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(toData);
  if (value instanceof Date) return value.toISOString();
  return toTable(value);
}
