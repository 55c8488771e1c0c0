/* oxlint-disable typescript/no-unsafe-type-assertion -- a TypeBox schema's own members have no types */
import type { TSchema } from "@sinclair/typebox";
import { isJsonObject } from "../json.ts";
import { Mismatch, missingField, unknownVariant, wrongType, wrongValue } from "./mismatch.ts";
import { AbsentIs, LaterWords, UnknownIs, type Notes } from "./type.ts";

/** Gives the value in its schema's type, or the `Mismatch`. */
export type Decoder = (value: unknown) => unknown;

/** The JSON Schema keywords that have a meaning here, or none for a value's fitness. Another one must not pass unseen. */
const KEYWORDS = new Set(
  `$id title description default examples format type enum const anyOf items
  properties required additionalProperties minimum maximum minItems minLength`.split(/\s+/),
);

/** Turns a schema into a function. `decoderOf` gives the decoders of the schemas inside. */
export function compile(schema: TSchema, decoderOf: (schema: TSchema) => Decoder): Decoder {
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword))
      throw new Error(`a decoder cannot be made: JSON Schema keyword \`${keyword}\` is not known`);
  }
  const words = wordsOf(schema);
  if (words !== null) return wordDecoder(words, notesOf(schema)[LaterWords]);
  if (schema["anyOf"] !== undefined) return unionDecoder(schema, decoderOf);
  switch (schema["type"]) {
    case undefined:
      return (value) => value;
    case "string":
      return stringDecoder(schema["minLength"]);
    case "boolean":
      return (value) => (typeof value === "boolean" ? value : wrongType(value, "a boolean"));
    case "null":
      return (value) => (value === null ? null : wrongType(value, "null"));
    case "integer":
    case "number":
      return numberDecoder(schema);
    case "array":
      return arrayDecoder(decoderOf(schema["items"]), schema["minItems"] ?? 0);
    case "object":
      return isJsonObject(schema["additionalProperties"])
        ? recordDecoder(decoderOf(schema["additionalProperties"] as TSchema))
        : objectDecoder(schema, decoderOf);
    default:
      throw new Error(`a decoder cannot be made: JSON Schema type \`${String(schema["type"])}\` is not known`);
  }
}

function notesOf(schema: TSchema): Notes {
  return schema as Notes;
}

/** The words that a schema allows, when it allows nothing but words. */
function wordsOf(schema: TSchema): readonly string[] | null {
  if (typeof schema["const"] === "string") return [schema["const"]];
  if (Array.isArray(schema["enum"])) return schema["enum"];
  if (!Array.isArray(schema["anyOf"])) return null;
  const words: string[] = [];
  for (const variant of schema["anyOf"] as TSchema[]) {
    const some = wordsOf(variant);
    if (some === null) return null;
    words.push(...some);
  }
  return words;
}

function wordDecoder(words: readonly string[], later: readonly string[] = []): Decoder {
  const known = new Set([...words, ...later]);
  return (value) => {
    if (typeof value !== "string") return wrongType(value, "string or map");
    return known.has(value) ? value : unknownVariant(value, words);
  };
}

function stringDecoder(minLength = 0): Decoder {
  return (value) => {
    if (typeof value !== "string") return wrongType(value, "a string");
    return value.length >= minLength ? value : wrongValue(value, `at least ${minLength} characters`);
  };
}

const INTEGERS: Readonly<Record<string, string>> = {
  int64: "i64",
  int32: "i32",
  uint: "usize",
  uint64: "u64",
  uint32: "u32",
  uint16: "u16",
};
const BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint16: [0, 2 ** 16 - 1],
};

function numberDecoder(schema: TSchema): Decoder {
  const whole = schema["type"] === "integer";
  const format = String(schema["format"]);
  const [lowest, highest] = BOUNDS[format] ?? [-Infinity, Infinity];
  const min = Math.max(lowest, schema["minimum"] ?? -Infinity);
  const max = Math.min(highest, schema["maximum"] ?? Infinity);
  const name = INTEGERS[format] ?? (whole ? "an integer" : "a number");
  const range = INTEGERS[format] ?? (max < Infinity ? `a number from ${min} to ${max}` : `at least ${min}`);
  return (value) => {
    if (typeof value !== "number" || (whole && !Number.isInteger(value))) return wrongType(value, name);
    return value >= min && value <= max ? value : wrongValue(value, range);
  };
}

function arrayDecoder(item: Decoder, minItems: number): Decoder {
  return (value) => {
    if (!Array.isArray(value)) return wrongType(value, "a sequence");
    if (value.length < minItems) return new Mismatch(`invalid length ${value.length}, expected at least ${minItems}`);
    let copy: unknown[] | null = null;
    for (const [at, before] of value.entries()) {
      const after = item(before);
      if (after instanceof Mismatch) return after.within(at);
      if (after !== before) (copy ??= [...value])[at] = after;
    }
    return copy ?? value;
  };
}

function recordDecoder(member: Decoder): Decoder {
  return (value) => {
    if (!isJsonObject(value)) return wrongType(value, "a map");
    let copy: Record<string, unknown> | null = null;
    for (const name of Object.keys(value)) {
      const after = member(value[name]);
      if (after instanceof Mismatch) return after.within(name);
      if (after !== value[name]) (copy ??= { ...value })[name] = after;
    }
    return copy ?? value;
  };
}

interface Member {
  readonly name: string;
  readonly decoder: Decoder;
  readonly required: boolean;
  /** Stands for the absent member; `undefined` leaves it absent. */
  readonly absent: unknown;
  readonly nullable: boolean;
}

function objectDecoder(schema: TSchema, decoderOf: (schema: TSchema) => Decoder): Decoder {
  const required = new Set<string>(schema["required"] ?? []);
  const properties: Readonly<Record<string, TSchema>> = schema["properties"] ?? {};
  const members = Object.entries(properties).map(([name, property]): Member => {
    const nullable = acceptsNull(property);
    return {
      name,
      decoder: decoderOf(property),
      required: required.has(name),
      absent: notesOf(property)[AbsentIs],
      nullable,
    };
  });
  const expected = schema.$id === undefined ? "a map" : `struct ${schema.$id}`;
  return (value) => {
    if (!isJsonObject(value)) return wrongType(value, expected);
    let copy: Record<string, unknown> | null = null;
    let missing: string | null = null;
    for (const { name, decoder, required, absent, nullable } of members) {
      const before = value[name];
      let after = before;
      // `null` for a member that may be absent means the same as leaving it out.
      if (before === undefined || (before === null && !required && !nullable)) {
        if (required) missing ??= name;
        after = absent;
      } else {
        after = decoder(before);
        if (after instanceof Mismatch) return after.within(name);
      }
      if (after === before) continue;
      copy ??= { ...value };
      if (after === undefined) delete copy[name];
      else copy[name] = after;
    }
    return missing === null ? (copy ?? value) : missingField(missing);
  };
}

function acceptsNull(schema: TSchema): boolean {
  const anything = schema["type"] === undefined && schema["anyOf"] === undefined && wordsOf(schema) === null;
  return anything || schema["type"] === "null" || (schema["anyOf"] ?? []).some(acceptsNull);
}

function unionDecoder(schema: TSchema, decoderOf: (schema: TSchema) => Decoder): Decoder {
  const variants: readonly TSchema[] = schema["anyOf"];
  const rest = variants.filter((variant) => variant["type"] !== "null");
  const [only] = rest;
  if (rest.length === 1 && only !== undefined && variants.length === 2) {
    const decoder = decoderOf(only);
    return (value) => (value === null ? null : decoder(value));
  }
  return taggedDecoder(schema, variants, decoderOf) ?? untaggedDecoder(schema, variants.map(decoderOf));
}

/** Objects that a member `type` tells apart; `null` if the variants are not all of that kind. */
function taggedDecoder(
  schema: TSchema,
  variants: readonly TSchema[],
  decoderOf: (schema: TSchema) => Decoder,
): Decoder | null {
  const decoders = new Map<string, Decoder>();
  const tags: string[] = [];
  for (const variant of variants) {
    const tag: TSchema | undefined = variant["properties"]?.type;
    const words = tag === undefined ? null : wordsOf(tag);
    if (tag === undefined || words === null) return null;
    tags.push(...words);
    for (const word of [...words, ...(notesOf(tag)[LaterWords] ?? [])]) decoders.set(word, decoderOf(variant));
  }
  const unknownPasses = notesOf(schema)[UnknownIs] !== undefined;
  const expected = schema.$id === undefined ? "a map" : `internally tagged enum ${schema.$id}`;
  return (value) => {
    if (!isJsonObject(value)) return wrongType(value, expected);
    const tag = value["type"];
    if (tag === undefined) return missingField("type");
    if (typeof tag !== "string") return wrongType(tag, "a string").within("type");
    const decoder = decoders.get(tag);
    if (decoder !== undefined) return decoder(value);
    return unknownPasses ? value : unknownVariant(tag, tags).within("type");
  };
}

function untaggedDecoder(schema: TSchema, decoders: readonly Decoder[]): Decoder {
  const name = schema.$id === undefined ? "" : ` of ${schema.$id}`;
  return (value) => {
    for (const decoder of decoders) {
      const decoded = decoder(value);
      if (!(decoded instanceof Mismatch)) return decoded;
    }
    return new Mismatch(`data did not match any variant${name}`);
  };
}
