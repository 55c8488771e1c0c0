import type { JsonValue } from "@heddle/protocol";
import { isArray, isTable, tableOf, type Table } from "../toml/table.ts";

/**
 * What tells one state of a layer from another: `sha256:` and the digest of its table as compact JSON with sorted keys.
 * White space, comments and the order of keys do not change it. Source: configuration spec, section 5.
 */
export async function layerVersion(table: Table): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(sorted(table)));
  return `sha256:${Buffer.from(await crypto.subtle.digest("SHA-256", json)).toString("hex")}`;
}

function sorted(value: JsonValue | undefined): JsonValue | undefined {
  if (isArray(value)) return value.map((element) => sorted(element) ?? null);
  if (!isTable(value)) return value;
  const keys = Object.keys(value).sort();
  return tableOf(keys.map((key) => [key, sorted(value[key])]));
}
