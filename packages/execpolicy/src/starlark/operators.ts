import { assertNever } from "../assert-never.ts";
import { ScriptFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";
import { formatPercent } from "./format.ts";
import type { BinaryOperator, UnaryOperator } from "./syntax.ts";
import { compare, Dict, equals, isTrue, itemsOf, List, repr, Tuple, typeName, type Value } from "./values.ts";

export function applyUnary(operator: UnaryOperator, operand: Value): Value {
  if (operator === "not") return !isTrue(operand);
  if (typeof operand !== "number")
    throw new ScriptFailure(`operator \`${operator}\` does not take ${typeName(operand)}`);
  return operator === "-" ? 0 - operand : operand;
}

export function applyBinary(operator: BinaryOperator, left: Value, right: Value, machine: Machine): Value {
  machine.spend(sizeOf(left) + sizeOf(right));
  switch (operator) {
    case "==":
      return equals(left, right);
    case "!=":
      return !equals(left, right);
    case "<":
      return compare(left, right) < 0;
    case ">":
      return compare(left, right) > 0;
    case "<=":
      return compare(left, right) <= 0;
    case ">=":
      return compare(left, right) >= 0;
    case "in":
      return contains(left, right, machine);
    case "not in":
      return !contains(left, right, machine);
    case "+":
      return add(left, right, machine) ?? refuse(operator, left, right);
    case "*":
      return multiply(left, right, machine) ?? refuse(operator, left, right);
    case "%":
      if (typeof left === "string") return formatPercent(left, right, machine);
      return arithmetic(operator, left, right) ?? refuse(operator, left, right);
    case "|":
      return unite(left, right, machine) ?? refuse(operator, left, right);
    case "-":
    case "//":
      return arithmetic(operator, left, right) ?? refuse(operator, left, right);
    default:
      return assertNever(operator);
  }
}

/** What merely looking at a value costs. */
function sizeOf(value: Value): number {
  if (typeof value === "string") return Math.ceil(value.length / 16);
  return value instanceof List || value instanceof Tuple ? Math.ceil(value.items.length / 4) : 0;
}

function refuse(operator: BinaryOperator, left: Value, right: Value): never {
  throw new ScriptFailure(`operator \`${operator}\` does not take ${typeName(left)} and ${typeName(right)}`);
}

function arithmetic(operator: "-" | "//" | "%", left: Value, right: Value): number | null {
  if (typeof left !== "number" || typeof right !== "number") return null;
  if (operator === "-") return wholeNumber(left - right);
  if (right === 0) throw new ScriptFailure("division by zero");
  // Rounds down, so that the remainder has the sign of the divisor.
  const quotient = Math.floor(left / right);
  return operator === "//" ? quotient : wholeNumber(left - quotient * right);
}

function wholeNumber(value: number): number {
  if (!Number.isSafeInteger(value)) throw new ScriptFailure("number too large");
  return value + 0;
}

function add(left: Value, right: Value, machine: Machine): Value | null {
  if (typeof left === "number" && typeof right === "number") return wholeNumber(left + right);
  if (typeof left === "string" && typeof right === "string") {
    machine.spend(left.length + right.length);
    return left + right;
  }
  if (left instanceof List && right instanceof List) {
    machine.spend(left.items.length + right.items.length);
    return new List([...left.items, ...right.items]);
  }
  if (left instanceof Tuple && right instanceof Tuple) {
    machine.spend(left.items.length + right.items.length);
    return new Tuple([...left.items, ...right.items]);
  }
  return null;
}

function multiply(left: Value, right: Value, machine: Machine): Value | null {
  if (typeof left === "number" && typeof right === "number") return wholeNumber(left * right);
  if (typeof left === "number") return multiply(right, left, machine);
  if (typeof right !== "number") return null;
  const times = Math.max(0, right);
  if (typeof left === "string") {
    machine.spend(left.length * times);
    return left.repeat(times);
  }
  if (!(left instanceof List || left instanceof Tuple)) return null;
  machine.spend(left.items.length * times);
  const items = Array.from({ length: times }, () => left.items).flat();
  return left instanceof List ? new List(items) : new Tuple(items);
}

function unite(left: Value, right: Value, machine: Machine): Value | null {
  if (!(left instanceof Dict && right instanceof Dict)) return null;
  const united = new Dict();
  machine.spend(left.entries.size + right.entries.size);
  for (const { key, value } of [...left.entries.values(), ...right.entries.values()]) united.set(key, value);
  return united;
}

function contains(item: Value, container: Value, machine: Machine): boolean {
  if (typeof container === "string") {
    if (typeof item !== "string") throw new ScriptFailure(`\`in\` a string takes a string, not ${typeName(item)}`);
    return container.includes(item);
  }
  if (container instanceof Dict) return container.get(item) !== undefined;
  for (const candidate of itemsOf(container)) {
    machine.spend();
    if (equals(candidate, item)) return true;
  }
  return false;
}

/** `object[index]`. */
export function indexInto(object: Value, index: Value, machine: Machine): Value {
  if (object instanceof Dict) {
    const value = object.get(index);
    if (value === undefined) throw new ScriptFailure(`key ${repr(index)} is not in the dict`);
    return value;
  }
  machine.spend(sizeOf(object));
  const items = sequenceOf(object);
  return items[position(index, items.length)] ?? null;
}

/** The index of an item, counted from the end if negative. @throws ScriptFailure when there is no such item. */
export function position(index: Value, length: number): number {
  if (typeof index !== "number") throw new ScriptFailure(`an index is an int, not ${typeName(index)}`);
  const at = index < 0 ? index + length : index;
  if (at < 0 || at >= length) throw new ScriptFailure(`index ${index} is out of range, the length is ${length}`);
  return at;
}

/** `object[start:stop:step]`. */
export function sliceOf(object: Value, bounds: readonly [Value, Value, Value], machine: Machine): Value {
  const items = sequenceOf(object);
  const [start, stop, step] = bounds.map(sliceBound);
  const stride = step ?? 1;
  if (stride === 0) throw new ScriptFailure("the step of a slice cannot be 0");
  const [low, high] = stride > 0 ? [0, items.length] : [-1, items.length - 1];
  const clamp = (bound: number | null | undefined, byDefault: number): number => {
    if (bound === null || bound === undefined) return byDefault;
    return Math.min(high, Math.max(low, bound < 0 ? bound + items.length : bound));
  };
  const from = clamp(start, stride > 0 ? low : high);
  const to = clamp(stop, stride > 0 ? high : low);
  const chosen: Value[] = [];
  for (let at = from; stride > 0 ? at < to : at > to; at += stride) chosen.push(items[at] ?? null);
  machine.spend(chosen.length);
  if (typeof object === "string") return chosen.map(String).join("");
  return object instanceof List ? new List(chosen) : new Tuple(chosen);
}

function sliceBound(bound: Value): number | null {
  if (bound === null || typeof bound === "number") return bound;
  throw new ScriptFailure(`a bound of a slice is an int, not ${typeName(bound)}`);
}

/** The items that an index counts; of a string its characters. */
function sequenceOf(object: Value): readonly Value[] {
  if (typeof object === "string") return [...object];
  if (object instanceof List || object instanceof Tuple) return object.items;
  throw new ScriptFailure(`${typeName(object)} has no items to index`);
}
