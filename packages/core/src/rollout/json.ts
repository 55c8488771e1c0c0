import type { JsonObject, JsonValue } from "@heddle/protocol";

/** The members of a JSON object; none when the value is no object. What a rollout holds is taken as it comes. */
export function fieldsOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The elements of a JSON array; none when the value is no array. */
export function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a string, else null. */
export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** The value if it is a number, else null. */
export function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}
