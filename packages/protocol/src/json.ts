/** Any value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object; a member that is `undefined` is one that is not written. */
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

/** Tells a JSON object from `null`, an array and everything else. */
export function isJsonObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
