/** A value that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** A JSON object whose members are JSON. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tells the compiler what it cannot know of parsed JSON: that all of it is JSON. */
export function isJson(value: unknown): value is JsonValue {
  return value === null || ["string", "number", "boolean", "object"].includes(typeof value);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return isObject(value);
}
