import { isJson, isObject, type JsonObject, type JsonValue } from "../json.ts";

/** Keywords that are handed on. What a provider does not take of these, its adapter leaves out. */
const KEPT = new Set([
  "type",
  "title",
  "description",
  "default",
  "enum",
  "const",
  "format",
  "pattern",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "required",
  "nullable",
  "$ref",
]);
/** Keywords that hold one schema, a list of them, or a map of them. */
const ONE = new Set(["items", "additionalProperties"]);
const MANY = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const MAP = new Set(["properties", "$defs", "definitions"]);
const COMBINED = ["anyOf", "oneOf", "allOf", "$ref"];
const NUMERIC = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
/** What lies deeper is left open: no tool's arguments do, and a schema can be made to be endless. */
const MAX_DEPTH = 32;

/**
 * The parameters of a tool as model providers take them: an object schema, each part with one type, arrays that say
 * what they hold. Enumerations, alternatives, whole numbers and references stay, as models call tools wrongly without.
 * Source: MCP spec, section A3; engine spec, section 6.4.
 */
export function toParameters(inputSchema: JsonObject): JsonObject {
  const reduced = reduce(inputSchema, MAX_DEPTH);
  const properties = isObject(reduced["properties"]) ? reduced["properties"] : {};
  return { ...reduced, type: "object", properties };
}

function reduce(schema: unknown, depth: number): JsonObject {
  if (!isObject(schema) || depth === 0) return { type: "string" };
  const out: Record<string, JsonValue> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const reduced = reduceKeyword(keyword, value, depth - 1);
    if (reduced !== undefined) out[keyword] = reduced;
  }
  const type = typeOf(schema, out);
  if (type !== null) out["type"] = type;
  if (type === "array" && !isObject(out["items"])) out["items"] = { type: "string" };
  if (type === "object" && !isObject(out["properties"])) out["properties"] = {};
  return out;
}

function reduceKeyword(keyword: string, value: unknown, depth: number): JsonValue | undefined {
  if (KEPT.has(keyword)) return isJson(value) ? value : undefined;
  if (keyword === "additionalProperties" && typeof value === "boolean") return value;
  if (ONE.has(keyword)) return reduce(value, depth);
  if (MANY.has(keyword)) return Array.isArray(value) ? value.map((part) => reduce(part, depth)) : undefined;
  if (MAP.has(keyword) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, reduce(part, depth)]));
  }
  return undefined;
}

/** The one type of a schema: as written, the first of several that is not `null`, or what its keywords speak of. */
function typeOf(schema: Readonly<Record<string, unknown>>, reduced: JsonObject): string | null {
  const { type } = schema;
  if (typeof type === "string") return type;
  if (Array.isArray(type)) {
    const types = type.filter((entry): entry is string => typeof entry === "string");
    return types.find((entry) => entry !== "null") ?? types[0] ?? "string";
  }
  const has = (keyword: string): boolean => keyword in reduced;
  if (COMBINED.some(has)) return null;
  if (has("properties") || has("required") || has("additionalProperties")) return "object";
  if (has("items") || has("prefixItems")) return "array";
  if (NUMERIC.some(has)) return "number";
  return "string";
}
