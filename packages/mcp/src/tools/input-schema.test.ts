import fc from "fast-check";
import { expect, test } from "vitest";
import { toParameters } from "./input-schema.ts";

test.each([
  ["no schema at all", {}, { type: "object", properties: {} }],
  [
    "a plain one",
    { type: "object", properties: { text: { type: "string" } }, required: ["text"], additionalProperties: false },
    { type: "object", properties: { text: { type: "string" } }, required: ["text"], additionalProperties: false },
  ],
  [
    "schemas that are true or false become text",
    { properties: { any: true, none: false } },
    { type: "object", properties: { any: { type: "string" }, none: { type: "string" } } },
  ],
  [
    "types that are missing are told by the keywords that are there",
    { properties: { o: { required: ["a"] }, a: { items: { enum: ["x"] } }, n: { minimum: 1 }, s: { format: "uri" } } },
    {
      type: "object",
      properties: {
        o: { type: "object", required: ["a"], properties: {} },
        a: { type: "array", items: { type: "string", enum: ["x"] } },
        n: { type: "number", minimum: 1 },
        s: { type: "string", format: "uri" },
      },
    },
  ],
  [
    "one of several types is chosen, and never null",
    { properties: { a: { type: ["null", "integer"] } } },
    { type: "object", properties: { a: { type: "integer" } } },
  ],
  [
    "a list that does not say of what is one of texts",
    { properties: { a: { type: "array" } } },
    { type: "object", properties: { a: { type: "array", items: { type: "string" } } } },
  ],
  [
    "alternatives, choices, references and whole numbers stay",
    {
      properties: { a: { anyOf: [{ type: "integer" }, { const: "none" }] }, b: { $ref: "#/$defs/b" } },
      $defs: { b: { type: "string", enum: ["x", "y"] } },
    },
    {
      type: "object",
      properties: { a: { anyOf: [{ type: "integer" }, { type: "string", const: "none" }] }, b: { $ref: "#/$defs/b" } },
      $defs: { b: { type: "string", enum: ["x", "y"] } },
    },
  ],
  [
    "keywords that no provider takes are left out",
    { $schema: "https://json-schema.org/draft/2020-12/schema", properties: {}, if: {}, examples: [] },
    { type: "object", properties: {} },
  ],
])("%s", (_name, given, expected) => {
  expect(toParameters(given)).toEqual(expected);
});

test("whatever a server sends becomes an object schema, and once reduced it stays as it is", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("type", "properties", "items", "anyOf", "enum", "x"), fc.jsonValue()),
      (schema) => {
        const parameters = toParameters(JSON.parse(JSON.stringify(schema)));
        expect(parameters["type"]).toBe("object");
        expect(toParameters(parameters)).toEqual(parameters);
      },
    ),
  );
});
