import type { JsonObject, JsonValue } from "@heddle/protocol";
import { ConfigError } from "../config-error.ts";
import { parseKeyPath } from "../toml/key-path.ts";
import { readTomlValue } from "../toml/read-toml.ts";
import { emptyTable, fromJson, withValue, type Table } from "../toml/table.ts";

/** What `-c` pairs are known as where a place is named. */
export const OVERRIDES_SOURCE = "--config";

/**
 * The table of `-c key=value` pairs; later ones win. A value is one TOML value, or else text without the quotes at its
 * ends. Source: configuration spec, section 2.
 * @throws ConfigError `override`.
 */
export async function readOverrides(pairs: readonly string[]): Promise<Table> {
  let table = emptyTable;
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals === -1) throw badOverride(`Invalid override (missing '='): ${pair}`);
    const key = pair.slice(0, equals).trim();
    if (key === "") throw badOverride(`Empty key in override: ${pair}`);
    table = withValue(table, readKey(key), await parseConfigValue(pair.slice(equals + 1).trim()));
  }
  return table;
}

/**
 * The table of a request's `config`: dotted keys with typed values. A `null` says nothing.
 * @throws ConfigError `override`.
 */
export function readRequestOverrides(config: Readonly<Record<string, JsonValue>> | JsonObject): Table {
  let table = emptyTable;
  for (const [key, json] of Object.entries(config)) {
    const value = json === undefined ? undefined : fromJson(json);
    if (value !== undefined) table = withValue(table, readKey(key), value);
  }
  return table;
}

function readKey(key: string): readonly string[] {
  const parsed = parseKeyPath(key);
  if (!parsed.ok) throw badOverride(`Invalid key in override: ${parsed.reason}`);
  return parsed.path;
}

/** Text that no TOML value begins with: the parser need not be loaded for it. */
const PLAIN_TEXT = /^(?!true|false|inf|nan)[A-Za-z_/~.][^"'\r\n]*$/;
const PLAIN_STRING = /^"([^"\\\x00-\x1f\x7f]*)"$/;
const PLAIN_INTEGER = /^-?(?:0|[1-9][0-9]{0,14})$/;

/**
 * The value that a person means by a text: one TOML value, or else the text without the quotes at its ends. The TOML
 * parser is loaded only where the text does not tell by itself.
 */
export async function parseConfigValue(text: string): Promise<JsonValue> {
  if (PLAIN_TEXT.test(text)) return text;
  if (text === "true" || text === "false") return text === "true";
  if (PLAIN_INTEGER.test(text)) return Number(text);
  const plain = PLAIN_STRING.exec(text)?.[1];
  if (plain !== undefined) return plain;
  return (await readTomlValue(text)) ?? text.replace(/^["']+|["']+$/g, "");
}

function badOverride(reason: string): ConfigError {
  return new ConfigError({ kind: "override", reason });
}
