/** A value that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** A decoded JSON object whose members are still to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tells the compiler what it cannot know of the members of parsed JSON: that they are JSON, too. */
export function isJson(value: unknown): value is JsonValue {
  return value === null || ["string", "number", "boolean", "object"].includes(typeof value);
}

/** The value as an object; anything else is one without members, so that a lookup gives `undefined`. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

export function asNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** More than there is of tokens, minutes or seconds. */
const MAX_COUNT = 1e12;

/**
 * A whole number of something; null for what can be none. What an endpoint says in a number is added up, compared with
 * limits and told to clients, some of whom know whole numbers only.
 */
export function asCount(value: unknown): number | null {
  const number = asNumber(value);
  return number === null || number < 0 || number > MAX_COUNT ? null : Math.round(number);
}

/** Parses text from outside; `undefined` when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // what a server sends need not be JSON: the caller decides what that means
  }
}
