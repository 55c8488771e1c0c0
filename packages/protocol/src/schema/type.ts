/* oxlint-disable typescript/no-unsafe-type-assertion -- TypeBox infers types that a generic function cannot show equal */
import {
  Boolean as BooleanSchema,
  Null,
  Object as ObjectSchema,
  Optional,
  OptionalKind,
  String as StringSchema,
  Union,
  Unsafe,
  type SchemaOptions,
  type Static,
  type TBoolean,
  type TNull,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TString,
  type TUnion,
  type TUnsafe,
} from "@sinclair/typebox";
import type { JsonValue } from "../json.ts";

/** Key, on a member's schema, of the value that stands for a member which is absent. JSON does not show it. */
export const AbsentIs: unique symbol = Symbol("heddle.absentIs");

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
  readonly [LaterWords]?: readonly string[];
  readonly [UnknownIs]?: string;
}

/**
 * An object. A member is required on input unless it is `Maybe`, `Nullable` or has a `Default`; `required` of the
 * JSON Schema follows that, while the type of a decoded object has every member but the `Maybe` ones.
 */
function object<Members extends TProperties>(members: Members): TObject<Members> {
  const schema: TSchema = ObjectSchema(members);
  const required = Object.keys(members).filter((name) => !mayBeAbsent(members[name]));
  if (required.length > 0) schema["required"] = required;
  else delete schema["required"];
  return schema as TObject<Members>;
}

function mayBeAbsent(member: TSchema | undefined): boolean {
  return member === undefined || AbsentIs in member || OptionalKind in member;
}

function array<Item extends TSchema>(items: Item): TUnsafe<readonly Static<Item>[]> {
  return Unsafe<readonly Static<Item>[]>({ type: "array", items });
}

/** An object without members of its own: the answer that says only that it worked. */
export type EmptyObject = Readonly<Record<string, never>>;

/** A map from any string to values of one schema. */
function record<Value extends TSchema>(value: Value): TUnsafe<Readonly<Record<string, Static<Value>>>> {
  return Unsafe<Readonly<Record<string, Static<Value>>>>({ type: "object", additionalProperties: value });
}

/** One of some words. */
function words<const Words extends readonly string[]>(values: Words): TUnsafe<Words[number]> {
  return Unsafe<Words[number]>({ type: "string", enum: values });
}

/** One of some words, or of the later ones that are accepted beside them. */
function wordsOrLater<const Words extends readonly string[], const Later extends readonly string[]>(
  values: Words,
  later: Later,
): TUnsafe<Words[number] | Later[number]> {
  return Unsafe<Words[number] | Later[number]>({ type: "string", enum: values, [LaterWords]: later });
}

/**
 * Objects told apart by their member `type`, a `Tag` in each variant. With `unknownIs` a value whose type nobody knows
 * passes as it is, under the variant of that name.
 */
function tagged<Variants extends TObject[]>(
  variants: [...Variants],
  options?: { readonly unknownIs: string },
): TUnion<Variants> {
  const union = unionOf(variants);
  return options === undefined ? union : { ...union, [UnknownIs]: options.unknownIs };
}

function unionOf<Variants extends TSchema[]>(variants: [...Variants]): TUnion<Variants> {
  const union: TSchema = Union(variants);
  return union as TUnion<Variants>;
}

/** A value or `null`. The server always writes the member; on input an absent one is `null`. */
function nullable<Value extends TSchema>(value: Value): TUnion<[Value, TNull]> {
  return { ...unionOf([value, Null()]), [AbsentIs]: null };
}

/** A member that may be left out, and stays so. */
function optional<Value extends TSchema>(value: Value): TOptional<Value> {
  const member: TSchema = Optional(value);
  return member as TOptional<Value>;
}

/** A member that may be left out or `null`, and stays so: for what clients send. */
function maybe<Value extends TSchema>(value: Value): TOptional<TUnion<[Value, TNull]>> {
  return optional(unionOf([value, Null()]));
}

/** A member that may be left out on input and then has this value. */
function withDefault<Value extends TSchema>(value: Value, absent: Static<Value>): Value {
  return { ...value, default: absent, [AbsentIs]: absent };
}

/** Gives a schema its name: the exports write it once under this name and refer to it elsewhere. */
function named<Value extends TSchema>(name: string, value: Value): Value {
  return { ...value, $id: name };
}

function integer(format: string): TUnsafe<number> {
  const unsigned = format.startsWith("u");
  return Unsafe<number>({ type: "integer", format, ...(unsigned && { minimum: 0 }) });
}

/**
 * The words in which the protocol's schemas are written: TypeBox's, so that a schema is JSON Schema and types are
 * inferred from it, and a few of our own for what TypeBox has no word for. Only what is used is taken from TypeBox:
 * its whole builder would cost more at start-up than all schemas together.
 */
export const Type = {
  Object: object,
  Empty: (): TUnsafe<EmptyObject> => Unsafe<EmptyObject>({ type: "object" }),
  Array: array,
  Record: record,
  Enum: words,
  EnumOrLater: wordsOrLater,
  /** The member `type` of one variant of a tagged union. */
  Tag: <const Name extends string>(name: Name): TUnsafe<Name> => words([name]),
  TagOrLater: <const Name extends string, const Later extends string>(
    name: Name,
    later: Later,
  ): TUnsafe<Name | Later> => wordsOrLater([name], [later]),
  Tagged: tagged,
  Union: unionOf,
  Nullable: nullable,
  Maybe: maybe,
  Optional: optional,
  Default: withDefault,
  Named: named,
  String: (): TString => StringSchema(),
  Boolean: (options?: SchemaOptions): TBoolean => BooleanSchema(options),
  Unsafe,
  Int64: (): TUnsafe<number> => integer("int64"),
  Int32: (): TUnsafe<number> => integer("int32"),
  Uint: (): TUnsafe<number> => integer("uint"),
  Uint32: (): TUnsafe<number> => integer("uint32"),
  Uint64: (): TUnsafe<number> => integer("uint64"),
  Uint16: (): TUnsafe<number> => integer("uint16"),
  Double: (): TUnsafe<number> => Unsafe<number>({ type: "number", format: "double" }),
  /** Any JSON value. */
  Json: (): TUnsafe<JsonValue> => Unsafe<JsonValue>({}),
};
