import { ScriptFailure } from "./failure.ts";
import { typeName, type CallArguments, type Value } from "./values.ts";

/**
 * Puts the arguments of a call in the order of `parameters`; a name that ends in `?` may be left out and is undefined
 * then. For functions that are not written in the script.
 */
export function bindArguments(
  callee: string,
  parameters: readonly string[],
  { positional, named }: CallArguments,
): readonly (Value | undefined)[] {
  if (positional.length > parameters.length) {
    throw new ScriptFailure(`${callee} takes at most ${parameters.length} arguments, got ${positional.length}`);
  }
  const names = parameters.map((parameter) => parameter.replace("?", ""));
  for (const name of named.keys()) {
    const index = names.indexOf(name);
    if (index === -1) throw new ScriptFailure(`${callee} has no parameter \`${name}\``);
    if (index < positional.length) throw new ScriptFailure(`${callee} gets \`${name}\` twice`);
  }
  return parameters.map((parameter, index) => {
    const name = names[index] ?? "";
    const value = index < positional.length ? positional[index] : named.get(name);
    if (value === undefined && !parameter.endsWith("?")) {
      throw new ScriptFailure(`${callee} is missing the argument \`${name}\``);
    }
    return value;
  });
}

/** @throws ScriptFailure for a value of another type. */
export function expectString(value: Value | undefined, what: string): string {
  if (typeof value === "string") return value;
  throw wrongType(what, "string", value);
}

export function expectInt(value: Value | undefined, what: string): number {
  if (typeof value === "number") return value;
  throw wrongType(what, "int", value);
}

export function wrongType(what: string, expected: string, value: Value | undefined): ScriptFailure {
  return new ScriptFailure(`${what} must be of type ${expected}, not ${typeName(value ?? null)}`);
}
