import * as fc from "fast-check";
import type { TSchema } from "@sinclair/typebox";
import type { JsonValue } from "../src/index.ts";

/** JSON values that a schema describes, with every optional member present or absent, and some that it does not know. */
export function valuesOf(schema: TSchema): fc.Arbitrary<JsonValue> {
  if (schema["anyOf"] !== undefined) return fc.oneof<fc.Arbitrary<JsonValue>[]>(...schema["anyOf"].map(valuesOf));
  if (schema["enum"] !== undefined) return fc.constantFrom(...schema["enum"]);
  switch (schema["type"]) {
    case "string":
      return fc.string();
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "integer":
      return fc.integer({ min: schema["minimum"] ?? -1000, max: 65_535 });
    case "number":
      return fc.integer();
    case "array":
      return fc.array(valuesOf(schema["items"]), { maxLength: 3 });
    case "object":
      return schema["additionalProperties"] === undefined
        ? membersOf(schema)
        : fc.dictionary(fc.string(), valuesOf(schema["additionalProperties"]), { maxKeys: 3, noNullPrototype: true });
    default:
      return anyJson;
  }
}

function membersOf(schema: TSchema): fc.Arbitrary<JsonValue> {
  const members = Object.entries<TSchema>(schema["properties"] ?? {});
  const known = fc.record(Object.fromEntries(members.map(([name, member]) => [name, valuesOf(member)])), {
    requiredKeys: schema["required"] ?? [],
    noNullPrototype: true,
  });
  const unknown = fc.option(anyJson, { nil: undefined, freq: 9 });
  return fc
    .tuple(known, unknown)
    .map(([value, later]) => (later === undefined ? value : { ...value, memberOfLaterDate: later }));
}

const anyJson: fc.Arbitrary<JsonValue> = fc
  .jsonValue({ maxDepth: 2 })
  .map((value) => JSON.parse(JSON.stringify(value)));
