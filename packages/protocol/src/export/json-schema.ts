import type { TSchema } from "@sinclair/typebox";
import type { JsonObject, JsonValue } from "../json.ts";
import { catalogues, EVERYTHING, type Catalogue, type Implemented, type MessageUnion } from "./catalogue.ts";

const DRAFT = "http://json-schema.org/draft-07/schema#";

/** The file that holds all definitions at once. */
const BUNDLE_FILE = "heddle_app_server_protocol.schemas.json";

/**
 * JSON Schema (draft 7) of the protocol, by file name: one self-contained file for each definition and each union of
 * messages, and one with all of them; the first API in the folder `v1`.
 */
export function exportJsonSchema(which: Implemented = EVERYTHING): Record<string, JsonValue> {
  return Object.assign({}, ...catalogues(which).map(schemaFiles));
}

function schemaFiles({ folder, definitions, unions }: Catalogue): Record<string, JsonValue> {
  const all = new Map<string, JsonObject>();
  for (const [name, schema] of definitions) all.set(name, definitionOf(schema));
  for (const union of unions) all.set(union.name, unionOf(union));
  const files: Record<string, JsonValue> = {};
  for (const [name, schema] of all) files[`${folder}${name}.json`] = selfContained(name, schema, all);
  files[`${folder}${BUNDLE_FILE}`] = {
    $schema: DRAFT,
    title: "Heddle app server",
    definitions: Object.fromEntries(all),
  };
  return files;
}

function selfContained(name: string, schema: JsonObject, all: ReadonlyMap<string, JsonObject>): JsonObject {
  const needed = new Set<string>();
  referencedBy(schema, all, needed);
  const definitions = [...needed].sort().map((other) => [other, all.get(other)]);
  const whole = { $schema: DRAFT, title: name, ...schema };
  return definitions.length === 0 ? whole : { ...whole, definitions: Object.fromEntries(definitions) };
}

const REFERENCE = "#/definitions/";

function referencedBy(value: JsonValue | undefined, all: ReadonlyMap<string, JsonObject>, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key !== "$ref" || typeof inner !== "string") {
      referencedBy(inner, all, found);
      continue;
    }
    const name = inner.slice(REFERENCE.length);
    if (found.has(name)) continue;
    found.add(name);
    referencedBy(all.get(name), all, found);
  }
}

/** A union of messages: `method` tells them apart, requests have an id. */
function unionOf({ name, members }: MessageUnion): JsonObject {
  const asks = name.endsWith("Request");
  return {
    oneOf: members.map(({ method, params, doc }) => ({
      description: doc,
      type: "object",
      required: [...(asks ? ["id"] : []), "method", ...(params === null ? [] : ["params"])],
      properties: {
        ...(asks && { id: { $ref: `${REFERENCE}RequestId` } }),
        method: { type: "string", enum: [method] },
        ...(params !== null && { params: schemaOf(params) }),
      },
    })),
  };
}

/** The schema where it is used: a reference if it has a name; draft 7 knows nothing beside a reference. */
function schemaOf(schema: TSchema): JsonObject {
  if (schema.$id === undefined) return definitionOf(schema);
  const reference = { $ref: `${REFERENCE}${schema.$id}` };
  return schema.default === undefined || schema.default === null
    ? reference
    : { default: schema.default, allOf: [reference] };
}

/** The schema itself, written as the reference writes its own: `null` as one more type, tagged variants as `oneOf`. */
function definitionOf(schema: TSchema): JsonObject {
  const { type, format, minimum, properties, required, items, additionalProperties, anyOf } = schema;
  const fallback: JsonObject =
    schema.default === undefined || schema.default === null ? {} : { default: schema.default };
  if (anyOf !== undefined) return { ...fallback, ...unionSchema(anyOf) };
  return {
    ...fallback,
    ...(type !== undefined && { type }),
    ...(format !== undefined && { format }),
    ...(minimum !== undefined && { minimum }),
    ...(schema["enum"] !== undefined && { enum: schema["enum"] }),
    ...(items !== undefined && { items: schemaOf(items) }),
    ...(required !== undefined && { required }),
    ...(properties !== undefined && { properties: mapValues(properties, schemaOf) }),
    ...(additionalProperties !== undefined && { additionalProperties: schemaOf(additionalProperties) }),
  };
}

function unionSchema(variants: readonly TSchema[]): JsonObject {
  const rest = variants.filter((variant) => variant["type"] !== "null");
  const written = rest.map(schemaOf);
  const [only] = written;
  if (rest.length === variants.length) {
    const kind = rest.every((variant) => variant.$id === undefined && variant["type"] !== "integer")
      ? "oneOf"
      : "anyOf";
    return { [kind]: written };
  }
  if (only !== undefined && written.length === 1 && typeof only["type"] === "string") {
    return { ...only, type: [only["type"], "null"] };
  }
  return { anyOf: [...written, { type: "null" }] };
}

function mapValues<From, To>(from: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value)]));
}
