import { ScriptFailure } from "./failure.ts";
import { Scope } from "./scope.ts";
import type { Parameter } from "./syntax.ts";
import { Callable, Dict, Tuple, type CallArguments, type Value } from "./values.ts";

interface FunctionParts {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly defaults: ReadonlyMap<string, Value>;
  /** The names that belong to the function, besides its parameters. */
  readonly locals: ReadonlySet<string>;
  /** Where the function is defined: what it sees besides its own names. */
  readonly scope: Scope;
  readonly run: (scope: Scope) => Value;
}

/** A function of the script. It cannot call itself, not even through another. */
export function createFunction(parts: FunctionParts): Callable {
  const { name, locals, parameters, scope, run } = parts;
  const names = new Set([...locals, ...parameters.map((parameter) => parameter.name)]);
  let isRunning = false;
  return new Callable(name, (args) => {
    if (isRunning) throw new ScriptFailure(`function \`${name}\` calls itself`);
    const inner = new Scope(scope, names);
    for (const [parameter, value] of bindParameters(parts, args)) inner.set(parameter, value);
    isRunning = true;
    try {
      return run(inner);
    } finally {
      isRunning = false;
    }
  });
}

function bindParameters({ name, parameters, defaults }: FunctionParts, args: CallArguments): Map<string, Value> {
  const bound = new Map<string, Value>();
  const positional = [...args.positional];
  const named = new Map(args.named);
  const rest = parameters.findIndex((parameter) => parameter.type === "rest");
  for (const [index, parameter] of parameters.entries()) {
    if (parameter.type === "rest") {
      if (parameter.name !== "*") bound.set(parameter.name, new Tuple(positional.splice(0)));
    } else if (parameter.type === "restNamed") {
      bound.set(parameter.name, toDict(named));
      named.clear();
    } else {
      const takesPosition = (rest === -1 || index < rest) && positional.length > 0;
      const [value] = takesPosition ? positional.splice(0, 1) : [named.get(parameter.name)];
      if (takesPosition && named.has(parameter.name))
        throw new ScriptFailure(`${name} gets \`${parameter.name}\` twice`);
      named.delete(parameter.name);
      bound.set(parameter.name, valueOrDefault(value, parameter.name, name, defaults));
    }
  }
  if (positional.length > 0) throw new ScriptFailure(`${name} gets too many arguments`);
  const [unknown] = named.keys();
  if (unknown !== undefined) throw new ScriptFailure(`${name} has no parameter \`${unknown}\``);
  return bound;
}

function valueOrDefault(
  value: Value | undefined,
  parameter: string,
  callee: string,
  defaults: ReadonlyMap<string, Value>,
): Value {
  const chosen = value === undefined ? defaults.get(parameter) : value;
  if (chosen === undefined) throw new ScriptFailure(`${callee} is missing the argument \`${parameter}\``);
  return chosen;
}

function toDict(named: ReadonlyMap<string, Value>): Dict {
  const dict = new Dict();
  for (const [key, value] of named) dict.set(key, value);
  return dict;
}
