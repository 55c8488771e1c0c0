import type { Static, TSchema } from "@sinclair/typebox";
import { compile, type Decoder } from "./compile.ts";
import { formatPath, Mismatch } from "./mismatch.ts";

/** A decoded value, or why and where (``input[0].type``, empty for the value itself) it does not fit. */
export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string; readonly path: string };

/**
 * Checks a value from outside against a schema. The value comes back as the schema's type: absent members have their
 * defaults, members that the schema does not know are left alone. What needs no change is not copied. Reasons are
 * worded as the reference's.
 * @throws Error for a schema that uses a JSON Schema keyword which this decoder does not know: a bug in the schema.
 */
export function decode<Schema extends TSchema>(schema: Schema, value: unknown): Decoded<Static<Schema>> {
  return prepareDecoder(schema)(value);
}

/** The decoder of a schema; made once per schema object. */
export function prepareDecoder<Schema extends TSchema>(schema: Schema): (value: unknown) => Decoded<Static<Schema>> {
  const decoder = decoderOf(schema);
  return (value) => {
    const decoded = decoder(value);
    return decoded instanceof Mismatch
      ? { ok: false, reason: decoded.reason, path: formatPath(decoded.path) }
      : { ok: true, value: decoded as Static<Schema> };
  };
}

const decoders = new WeakMap<TSchema, Decoder>();

function decoderOf(schema: TSchema): Decoder {
  let decoder = decoders.get(schema);
  if (decoder === undefined) {
    decoder = compile(schema, decoderOf);
    decoders.set(schema, decoder);
  }
  return decoder;
}
