import { assertNever } from "../assert-never.ts";
import { collectionMethod } from "./collection-methods.ts";
import { ScriptFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";
import { createFunction } from "./function.ts";
import { applyBinary, applyUnary, indexInto, position, sliceOf } from "./operators.ts";
import { targetNames } from "./resolve.ts";
import { Scope } from "./scope.ts";
import { stringMethod } from "./string-methods.ts";
import type { Argument, Clause, Expression, Parameter } from "./syntax.ts";
import {
  Callable,
  checkMutable,
  Dict,
  isTrue,
  itemsOf,
  List,
  repr,
  toText,
  Tuple,
  typeName,
  type CallArguments,
  type Value,
} from "./values.ts";

/** The value of an expression. */
export function evaluate(expression: Expression, scope: Scope, machine: Machine): Value {
  machine.spend();
  machine.at = expression.at;
  const value = (inner: Expression): Value => evaluate(inner, scope, machine);
  switch (expression.type) {
    case "literal":
      return expression.value;
    case "name":
      return scope.get(expression.name);
    case "format":
      return expression.parts
        .map((part) => {
          if ("text" in part) return part.text;
          const text = part.repr ? repr(scope.get(part.name)) : toText(scope.get(part.name));
          machine.spend(text.length);
          return text;
        })
        .join("");
    case "list":
      return new List(expression.items.map(value));
    case "tuple":
      return new Tuple(expression.items.map(value));
    case "dict": {
      const dict = new Dict();
      for (const entry of expression.entries) {
        const key = value(entry.key);
        if (dict.get(key) !== undefined) throw new ScriptFailure(`key ${repr(key)} is given twice`);
        dict.set(key, value(entry.value));
      }
      return dict;
    }
    case "listComprehension": {
      const items: Value[] = [];
      runClauses(expression.clauses, scope, machine, (inner) => items.push(evaluate(expression.item, inner, machine)));
      return new List(items);
    }
    case "dictComprehension": {
      const dict = new Dict();
      const { key, value: entryValue } = expression.entry;
      runClauses(expression.clauses, scope, machine, (inner) =>
        dict.set(evaluate(key, inner, machine), evaluate(entryValue, inner, machine)),
      );
      return dict;
    }
    case "unary": {
      const operand = value(expression.operand);
      machine.at = expression.at;
      return applyUnary(expression.operator, operand);
    }
    case "binary": {
      const left = value(expression.left);
      const right = value(expression.right);
      machine.at = expression.at;
      return applyBinary(expression.operator, left, right, machine);
    }
    case "logical": {
      const left = value(expression.left);
      return isTrue(left) === (expression.operator === "and") ? value(expression.right) : left;
    }
    case "conditional":
      return value(isTrue(value(expression.test)) ? expression.value : expression.otherwise);
    case "attribute": {
      const object = value(expression.object);
      machine.at = expression.at;
      return attributeOf(object, expression.name);
    }
    case "index": {
      const object = value(expression.object);
      const index = value(expression.index);
      machine.at = expression.at;
      return indexInto(object, index, machine);
    }
    case "slice": {
      const { start, stop, step } = expression;
      const object = value(expression.object);
      const bound = (inner: Expression | null): Value => (inner === null ? null : value(inner));
      const bounds = [bound(start), bound(stop), bound(step)] as const;
      machine.at = expression.at;
      return sliceOf(object, bounds, machine);
    }
    case "call": {
      const callee = value(expression.callee);
      const args = evaluateArguments(expression.args, scope, machine);
      machine.at = expression.at;
      if (!(callee instanceof Callable)) throw new ScriptFailure(`${typeName(callee)} is not a function`);
      return callee.call(args, machine);
    }
    case "lambda":
      return createFunction({
        name: "lambda",
        parameters: expression.parameters,
        defaults: evaluateDefaults(expression.parameters, scope, machine),
        locals: new Set(),
        scope,
        run: (inner) => evaluate(expression.body, inner, machine),
      });
    default:
      return assertNever(expression);
  }
}

function attributeOf(object: Value, name: string): Value {
  const method =
    typeof object === "string"
      ? stringMethod(object, name)
      : object instanceof List || object instanceof Dict
        ? collectionMethod(object, name)
        : undefined;
  if (method === undefined) throw new ScriptFailure(`${typeName(object)} has no attribute \`${name}\``);
  return new Callable(name, method);
}

function evaluateArguments(args: readonly Argument[], scope: Scope, machine: Machine): CallArguments {
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  const name = (key: string, value: Value): void => {
    if (named.has(key)) throw new ScriptFailure(`argument \`${key}\` is given twice`);
    named.set(key, value);
  };
  for (const argument of args) {
    const value = evaluate(argument.value, scope, machine);
    if (argument.type === "positional") positional.push(value);
    else if (argument.type === "named") name(argument.name, value);
    else if (argument.type === "spread") forEachItem(value, machine, (item) => positional.push(item) > 0);
    else if (value instanceof Dict) {
      for (const entry of value.entries.values()) name(toText(entry.key), entry.value);
    } else throw new ScriptFailure(`\`**\` takes a dict, not ${typeName(value)}`);
  }
  return { positional, named };
}

/** Calls `visit` for every item until it returns false; the list or dict cannot be changed meanwhile. */
export function forEachItem(iterable: Value, machine: Machine, visit: (item: Value) => boolean): void {
  const items = itemsOf(iterable);
  const guarded = iterable instanceof List || iterable instanceof Dict ? iterable : null;
  if (guarded !== null) guarded.iterators += 1;
  try {
    for (const item of items) {
      machine.spend();
      if (!visit(item)) return;
    }
  } finally {
    if (guarded !== null) guarded.iterators -= 1;
  }
}

/** Runs the clauses of a comprehension from left to right, and `produce` in the innermost. */
function runClauses(clauses: readonly Clause[], scope: Scope, machine: Machine, produce: (scope: Scope) => void): void {
  const [clause, ...others] = clauses;
  if (clause === undefined) return produce(scope);
  if (clause.type === "if") {
    if (isTrue(evaluate(clause.test, scope, machine))) runClauses(others, scope, machine, produce);
    return;
  }
  const names = targetNames(clause.target);
  forEachItem(evaluate(clause.iterable, scope, machine), machine, (item) => {
    const inner = new Scope(scope, names);
    assign(clause.target, item, inner, machine);
    runClauses(others, inner, machine, produce);
    return true;
  });
}

/** Assigns to a name, an index, or several of them at once. */
export function assign(target: Expression, value: Value, scope: Scope, machine: Machine): void {
  switch (target.type) {
    case "name":
      scope.set(target.name, value);
      return;
    case "index": {
      const object = evaluate(target.object, scope, machine);
      assignItem(object, evaluate(target.index, scope, machine), value);
      return;
    }
    case "tuple":
    case "list": {
      const items = [...itemsOf(value)];
      if (items.length !== target.items.length) {
        throw new ScriptFailure(`cannot spread ${items.length} values over ${target.items.length} names`);
      }
      for (const [index, item] of target.items.entries()) assign(item, items[index] ?? null, scope, machine);
      return;
    }
    default:
      throw new ScriptFailure("cannot assign to this");
  }
}

/** `object[index] = value`. */
export function assignItem(object: Value, index: Value, value: Value): void {
  if (object instanceof Dict) {
    checkMutable(object);
    object.set(index, value);
  } else if (object instanceof List) {
    checkMutable(object);
    object.items[position(index, object.items.length)] = value;
  } else {
    throw new ScriptFailure(`cannot assign to the items of ${typeName(object)}`);
  }
}

/** The defaults of the parameters that have one; they are evaluated once, where the function is defined. */
export function evaluateDefaults(parameters: readonly Parameter[], scope: Scope, machine: Machine): Map<string, Value> {
  const defaults = new Map<string, Value>();
  for (const { name, byDefault } of parameters) {
    if (byDefault !== null) defaults.set(name, evaluate(byDefault, scope, machine));
  }
  return defaults;
}
