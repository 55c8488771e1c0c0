import { assertNever } from "../assert-never.ts";
import type { JsonObject, JsonValue } from "@heddle/protocol";
import type { Field, Fields } from "./field.ts";
import { rootFields } from "./fields/root.ts";

/** The JSON Schema of `config.toml`, for editors. Unknown keys are marked as mistakes there; loading only warns. */
export function configJsonSchema(): JsonObject {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Heddle configuration (config.toml)",
    ...tableSchema(rootFields),
  };
}

function tableSchema(fields: Fields): JsonObject {
  const entries = Object.entries(fields);
  const required = entries.filter(([, field]) => field.required).map(([key]) => key);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([key, field]) => [key, fieldSchema(field)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function fieldSchema(field: Field): JsonObject {
  return { ...annotations(field), ...typeSchema(field) };
}

function typeSchema(field: Field): JsonObject {
  switch (field.kind) {
    case "text":
      return { type: "string" };
    case "flag":
      return { type: "boolean" };
    case "integer":
    case "number":
      return {
        type: field.kind,
        minimum: field.min,
        ...(field.max >= Number.MAX_SAFE_INTEGER ? {} : { maximum: field.max }),
      };
    case "choice":
      return { type: "string", enum: field.values };
    case "list":
      return { type: "array", items: fieldSchema(field.items) };
    case "map":
      return { type: "object", additionalProperties: fieldSchema(field.values) };
    case "table":
      return tableSchema(field.fields);
    case "either":
      return { anyOf: field.forms.map(fieldSchema) };
    default:
      return assertNever(field);
  }
}

/** A default that is a value is given as one, one in words goes into the description. */
function annotations({ doc, default: fallback }: Field): JsonObject {
  if (fallback === undefined) return { description: doc };
  const value = parseDefault(fallback);
  return value === undefined ? { description: `${doc} Default: ${fallback}.` } : { description: doc, default: value };
}

function parseDefault(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
