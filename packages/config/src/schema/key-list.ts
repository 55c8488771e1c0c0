import { assertNever } from "../assert-never.ts";
import type { Field, Fields } from "./field.ts";
import { rootFields } from "./fields/root.ts";

/** One key of `config.toml`, for a reference page or a list on the terminal. */
export interface ConfigKey {
  /** Dotted; what the user chooses is in angle brackets: `model_providers.<id>.name`. */
  readonly key: string;
  /** For people: `string`, `"low" | "high"`, `array of string`. */
  readonly type: string;
  readonly required: boolean;
  /** As it would be written in the file, or in words; null when the key has none. */
  readonly default: string | null;
  readonly doc: string;
}

/** Every key that can have a value, in the order of the table. */
export function configKeys(): readonly ConfigKey[] {
  return keysOf(rootFields, "");
}

function keysOf(fields: Fields, prefix: string): readonly ConfigKey[] {
  return Object.entries(fields).flatMap(([key, field]) => keysOfField(field, `${prefix}${key}`));
}

function keysOfField(field: Field, key: string): readonly ConfigKey[] {
  if (field.kind === "table") return keysOf(field.fields, `${key}.`);
  if (field.kind === "map") return keysOfField(field.values, `${key}.<${field.keyName}>`);
  const { doc, required = false } = field;
  return [{ key, type: typeName(field), required, default: field.default ?? null, doc }];
}

function typeName(field: Field): string {
  switch (field.kind) {
    case "text":
      return "string";
    case "flag":
      return "boolean";
    case "integer":
    case "number":
      return field.kind;
    case "choice":
      return field.values.map((value) => `"${value}"`).join(" | ");
    case "list":
      return `array of ${field.items.kind === "choice" ? `(${typeName(field.items)})` : typeName(field.items)}`;
    case "map":
      return `table of ${typeName(field.values)}`;
    case "table":
      return `{ ${Object.entries(field.fields)
        .map(([key, inner]) => `${key}${inner.required ? "" : "?"}: ${typeName(inner)}`)
        .join(", ")} }`;
    case "either":
      return field.forms.map(typeName).join(" | ");
    default:
      return assertNever(field);
  }
}
