import type { MethodDefinition } from "./define.ts";
import { isJsonObject } from "./json.ts";
import { decode } from "./schema/decode.ts";
import { missingField, unknownVariant, wrongType } from "./schema/mismatch.ts";

/** A request whose method is known and whose params fit, or the reason for ``Invalid request: <reason>``. */
export type DecodedRequest<Method extends string> =
  | { readonly ok: true; readonly method: Method; readonly params: unknown }
  | { readonly ok: false; readonly reason: string; readonly path: string };

/**
 * Reads a request against a registry of methods: those that are implemented, so that the error for another one lists
 * them. Everything here comes before any question of state such as `Not initialized`.
 * A method that takes params needs them, if only as `{}`; one that takes none accepts absent, `null` and an object.
 * @param others methods that are served elsewhere, for the error to list.
 */
export function decodeRequest<Method extends string>(
  methods: { readonly [Name in Method]: MethodDefinition },
  request: { readonly method: string; readonly params?: unknown },
  others: readonly string[] = [],
): DecodedRequest<Method> {
  const { method, params } = request;
  if (!isMember(methods, method))
    return refuse(unknownVariant(method, [...Object.keys(methods), ...others]).reason, "method");
  const schema = methods[method].params;
  if (schema === null) {
    const none = params === undefined || params === null || isJsonObject(params);
    return none ? { ok: true, method, params: undefined } : refuse(wrongType(params, "no params").reason, "params");
  }
  if (params === undefined) return refuse(missingField("params").reason, "");
  const decoded = decode(schema, params);
  return decoded.ok
    ? { ok: true, method, params: decoded.value }
    : { ok: false, reason: decoded.reason, path: decoded.path };
}

function isMember<Name extends string>(members: { readonly [key in Name]: unknown }, name: string): name is Name {
  return Object.hasOwn(members, name);
}

function refuse(reason: string, path: string): { readonly ok: false; readonly reason: string; readonly path: string } {
  return { ok: false, reason, path };
}
