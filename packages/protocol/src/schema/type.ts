/* oxlint-disable typescript/no-unsafe-type-assertion -- a builder gives a schema the type that TypeBox would give it */
import type {
  Static,
  TBoolean,
  TNull,
  TObject,
  TOptional,
  TProperties,
  TSchema,
  TString,
  TUnion,
  TUnsafe,
} from "@sinclair/typebox";
import type { JsonValue } from "../json.ts";

/** Key, on a member's schema, of the value that stands for a member which is absent. JSON does not show it. */
export const AbsentIs: unique symbol = Symbol("heddle.absentIs");

/** Key, on a member's schema: it may be left out, and then stays so. */
export const Omittable: unique symbol = Symbol("heddle.omittable");

/**
 * Key, on the schema of an enum or a tag, of the words of later clients that are accepted beside its own. The JSON
 * Schema and error messages do not show them.
 */
export const LaterWords: unique symbol = Symbol("heddle.laterWords");

/** Key, on the schema of a tagged union, of the tag under which variants that nobody knows are let through as they are. */
export const UnknownIs: unique symbol = Symbol("heddle.unknownIs");

/** The notes on a schema that are ours. */
export interface Notes {
  readonly [AbsentIs]?: unknown;
  readonly [Omittable]?: true;
  readonly [LaterWords]?: readonly string[];
  readonly [UnknownIs]?: string;
}

/** Gives JSON Schema, and notes, the type that TypeBox has for it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller's return type is the type meant
function schema<Schema extends TSchema>(keywords: { readonly [keyword: string]: unknown } & Notes): Schema {
  return keywords as unknown as Schema;
}

/**
 * An object. A member is required on input unless it is `Maybe`, `Optional`, `Nullable` or has a `Default`; `required`
 * of the JSON Schema follows that, while the type of a decoded object has every member but the first two kinds.
 */
function object<Members extends TProperties>(properties: Members): TObject<Members> {
  const required: string[] = [];
  for (const name in properties) {
    const member = properties[name];
    if (member !== undefined && !(AbsentIs in member) && !(Omittable in member)) required.push(name);
  }
  return schema(required.length > 0 ? { type: "object", required, properties } : { type: "object", properties });
}

/** An object without members of its own: the answer that says only that it worked. */
export type EmptyObject = Readonly<Record<string, never>>;

/** One of some words, or of the later ones that are accepted beside them. */
function wordsOrLater<const Words extends readonly string[], const Later extends readonly string[]>(
  values: Words,
  later: Later,
): TUnsafe<Words[number] | Later[number]> {
  return schema({ type: "string", enum: values, [LaterWords]: later });
}

/** One of some words. */
function words<const Words extends readonly string[]>(values: Words): TUnsafe<Words[number]> {
  return schema({ type: "string", enum: values });
}

function union<Variants extends TSchema[]>(variants: [...Variants]): TUnion<Variants> {
  return schema({ anyOf: variants });
}

const NULL = schema<TNull>({ type: "null" });

function integer(format: string): () => TUnsafe<number> {
  const shared = schema<TUnsafe<number>>(
    format.startsWith("u") ? { type: "integer", format, minimum: 0 } : { type: "integer", format },
  );
  return () => shared;
}

const STRING = schema<TString>({ type: "string" });
const BOOLEAN = schema<TBoolean>({ type: "boolean" });
const DOUBLE = schema<TUnsafe<number>>({ type: "number", format: "double" });
const FLOAT = schema<TUnsafe<number>>({ type: "number", format: "float" });
const JSON_VALUE = schema<TUnsafe<JsonValue>>({});

/**
 * The words in which the protocol's schemas are written. They make JSON Schema and have TypeBox's types, so that the
 * type of a value is inferred from its schema. TypeBox itself is not loaded: every start of a server pays for it, and
 * nothing here uses what it would add.
 */
export const Type = {
  Object: object,
  Empty: (): TUnsafe<EmptyObject> => schema({ type: "object" }),
  Array: <Item extends TSchema>(items: Item): TUnsafe<readonly Static<Item>[]> => schema({ type: "array", items }),
  /** A map from any string to values of one schema. */
  Record: <Value extends TSchema>(value: Value): TUnsafe<Readonly<Record<string, Static<Value>>>> =>
    schema({ type: "object", additionalProperties: value }),
  Enum: words,
  EnumOrLater: wordsOrLater,
  /** The member `type` of one variant of a tagged union. */
  Tag: <const Name extends string>(name: Name): TUnsafe<Name> => words([name]),
  TagOrLater: <const Name extends string, const Later extends string>(
    name: Name,
    later: Later,
  ): TUnsafe<Name | Later> => wordsOrLater([name], [later]),
  /**
   * Objects told apart by their member `type`, a `Tag` in each variant. With `unknownIs` a value whose type nobody
   * knows passes as it is, under the variant of that name.
   */
  Tagged: <Variants extends TObject[]>(
    variants: [...Variants],
    options?: { readonly unknownIs: string },
  ): TUnion<Variants> =>
    options === undefined ? union(variants) : schema({ anyOf: variants, [UnknownIs]: options.unknownIs }),
  Union: union,
  /** A value or `null`. The server always writes the member; on input an absent one is `null`. */
  Nullable: <Value extends TSchema>(value: Value): TUnion<[Value, TNull]> =>
    schema({ anyOf: [value, NULL], [AbsentIs]: null }),
  /** A member that may be left out or `null`, and stays so: for what clients send. */
  Maybe: <Value extends TSchema>(value: Value): TOptional<TUnion<[Value, TNull]>> =>
    schema({ anyOf: [value, NULL], [Omittable]: true }),
  /** A member that may be left out, and stays so. */
  Optional: <Value extends TSchema>(value: Value): TOptional<Value> => schema({ ...value, [Omittable]: true }),
  /** A member that clients may leave out; a server reads the value. */
  OptionalWithDefault: <Value extends TSchema>(value: Value, absent: Static<Value>): TOptional<Value> =>
    schema({ ...value, default: absent, [AbsentIs]: absent, [Omittable]: true }),
  /** A member that may be left out on input and then has this value. */
  Default: <Value extends TSchema>(value: Value, absent: Static<Value>): Value =>
    schema({ ...value, default: absent, [AbsentIs]: absent }),
  /** Gives a schema its name: the exports write it once under this name and refer to it elsewhere. */
  Named: <Value extends TSchema>(name: string, value: Value): Value => schema({ ...value, $id: name }),
  String: (): TString => STRING,
  Boolean: (): TBoolean => BOOLEAN,
  /** A string with a type of its own. */
  Id: <Value extends string>(): TUnsafe<Value> => schema({ type: "string" }),
  Int64: integer("int64"),
  Int32: integer("int32"),
  Uint: integer("uint"),
  Uint64: integer("uint64"),
  Uint32: integer("uint32"),
  Uint16: integer("uint16"),
  Double: (): TUnsafe<number> => DOUBLE,
  Float: (): TUnsafe<number> => FLOAT,
  /** Any JSON value. */
  Json: (): TUnsafe<JsonValue> => JSON_VALUE,
};
