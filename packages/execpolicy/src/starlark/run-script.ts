import { PolicyError } from "../policy-error.ts";
import { builtins } from "./builtins.ts";
import { execute } from "./execute.ts";
import { ScriptFailure } from "./failure.ts";
import { Machine } from "./machine.ts";
import { parseScript } from "./parse-statement.ts";
import { assignedNames, checkNames } from "./resolve.ts";
import { Scope } from "./scope.ts";
import { Callable, type CallArguments, type Value } from "./values.ts";

/** A function that the host gives to the script; it hears where in the script it was called. */
export type HostFunction = (args: CallArguments, at: { readonly line: number; readonly column: number }) => Value;

/** One expression, item or character costs a step or more: enough for any rule file, the end of an endless one. */
const STEP_LIMIT = 1_000_000;

/**
 * Runs a file in the Starlark subset (README, "The language"). All effects are those of the host functions.
 * @throws PolicyError with the place in the file, for whatever the script or a host function fails with.
 */
export function runScript(
  file: { readonly path: string; readonly text: string },
  host: Readonly<Record<string, HostFunction>>,
): void {
  const machine = new Machine(STEP_LIMIT);
  try {
    const script = parseScript(file.text);
    const predeclared = builtins();
    for (const [name, call] of Object.entries(host)) {
      predeclared.set(name, new Callable(name, (args) => call(args, machine.at)));
    }
    checkNames(script, predeclared.keys());
    const outer = new Scope(null, new Set(predeclared.keys()));
    for (const [name, value] of predeclared) outer.set(name, value);
    execute(script, new Scope(outer, assignedNames(script)), machine);
  } catch (error) {
    throw toPolicyError(error, file.path, machine);
  }
}

function toPolicyError(error: unknown, path: string, machine: Machine): unknown {
  if (error instanceof ScriptFailure) {
    const { line, column } = error.place ?? machine.at;
    return new PolicyError({ kind: error.kind, path, line, column, reason: error.message });
  }
  // The stack or a string has outgrown what the runtime holds: the file goes too deep for a rule file.
  if (error instanceof RangeError) {
    const { line, column } = machine.at;
    const reason = "the file is nested too deeply, or makes values that are too large";
    return new PolicyError({ kind: "starlark-error", path, line, column, reason }, { cause: error });
  }
  return error;
}
