import type { KeyPath } from "../toml/table.ts";
import { nearest } from "./nearest.ts";
import { isObject } from "./is-object.ts";
import type { Field, Fields } from "./field.ts";

/** A key that nobody knows. */
export interface UnknownKey {
  readonly path: KeyPath;
  /** The known key beside it that looks most like it, null when none does. */
  readonly suggestion: string | null;
}

/** The keys of a table that its fields do not know, in order. What is of the wrong type is not looked into. */
export function findUnknownKeys(fields: Fields, value: unknown, path: KeyPath = []): readonly UnknownKey[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, key];
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) return [{ path: here, suggestion: nearest(key, Object.keys(fields)) }];
    return unknownInside(field, inner, here);
  });
}

function unknownInside(field: Field, value: unknown, path: KeyPath): readonly UnknownKey[] {
  switch (field.kind) {
    case "table":
      return findUnknownKeys(field.fields, value, path);
    case "list":
      return Array.isArray(value)
        ? value.flatMap((element, index) => unknownInside(field.items, element, [...path, index]))
        : [];
    case "map":
      return isObject(value)
        ? Object.entries(value).flatMap(([key, inner]) => unknownInside(field.values, inner, [...path, key]))
        : [];
    case "either": {
      const form = field.forms.find(({ kind }) => kind === "table");
      return form === undefined ? [] : unknownInside(form, value, path);
    }
    default:
      return [];
  }
}
