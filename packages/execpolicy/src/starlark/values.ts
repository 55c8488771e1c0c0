import { ScriptFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";

/** A value of the script language. `None` is null; numbers are whole and exact. */
export type Value = null | boolean | number | string | List | Tuple | Dict | Range | Callable;

/** Lists and dicts are mutable, but not while something iterates over them. */
export class List {
  readonly items: Value[];
  iterators = 0;
  constructor(items: Value[]) {
    this.items = items;
  }
}

export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

export class Dict {
  /** By `keyOf` the key, in the order of insertion. */
  readonly entries = new Map<string, { readonly key: Value; readonly value: Value }>();
  iterators = 0;

  get(key: Value): Value | undefined {
    return this.entries.get(keyOf(key))?.value;
  }

  set(key: Value, value: Value): void {
    const id = keyOf(key);
    this.entries.set(id, { key: this.entries.get(id)?.key ?? key, value });
  }

  delete(key: Value): void {
    this.entries.delete(keyOf(key));
  }
}

/** The numbers from `start` to before `stop`, not held in memory. */
export class Range {
  readonly start: number;
  readonly step: number;
  readonly length: number;
  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }

  at(index: number): number {
    return this.start + index * this.step;
  }
}

export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A function of the script, of the language or of the host. */
export class Callable {
  readonly name: string;
  readonly call: (args: CallArguments, machine: Machine) => Value;
  constructor(name: string, call: (args: CallArguments, machine: Machine) => Value) {
    this.name = name;
    this.call = call;
  }
}

export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "number":
      return "int";
    case "string":
      return "string";
    default:
      if (value instanceof List) return "list";
      if (value instanceof Tuple) return "tuple";
      if (value instanceof Dict) return "dict";
      return value instanceof Range ? "range" : "function";
  }
}

/** The value as it could stand in a script. */
export function repr(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof List) return `[${value.items.map(repr).join(", ")}]`;
  if (value instanceof Tuple) return `(${value.items.map(repr).join(", ")}${value.items.length === 1 ? "," : ""})`;
  if (value instanceof Dict) {
    return `{${[...value.entries.values()].map((entry) => `${repr(entry.key)}: ${repr(entry.value)}`).join(", ")}}`;
  }
  return value instanceof Range
    ? `range(${value.start}, ${value.at(value.length)}, ${value.step})`
    : `<function ${value.name}>`;
}

export function toText(value: Value): string {
  return typeof value === "string" ? value : repr(value);
}

export function isTrue(value: Value): boolean {
  if (value instanceof List || value instanceof Tuple) return value.items.length > 0;
  if (value instanceof Dict) return value.entries.size > 0;
  if (value instanceof Range) return value.length > 0;
  return Boolean(value);
}

export function equals(left: Value, right: Value): boolean {
  if (left instanceof List || left instanceof Tuple) {
    if (!(right instanceof List || right instanceof Tuple) || typeName(left) !== typeName(right)) return false;
    return (
      left.items.length === right.items.length &&
      left.items.every((item, index) => equals(item, right.items[index] ?? null))
    );
  }
  if (left instanceof Dict) {
    if (!(right instanceof Dict) || left.entries.size !== right.entries.size) return false;
    return [...left.entries].every(([id, entry]) => {
      const other = right.entries.get(id);
      return other !== undefined && equals(entry.value, other.value);
    });
  }
  if (left instanceof Range) return right instanceof Range && repr(left) === repr(right);
  return left === right;
}

/** Orders two values of one type: negative when `left` comes first. */
export function compare(left: Value, right: Value): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : Number(left > right);
  if ((left instanceof List && right instanceof List) || (left instanceof Tuple && right instanceof Tuple)) {
    for (const [index, item] of left.items.entries()) {
      const other = right.items[index];
      if (other === undefined) return 1;
      const order = compare(item, other);
      if (order !== 0) return order;
    }
    return left.items.length - right.items.length;
  }
  throw new ScriptFailure(`cannot compare ${typeName(left)} with ${typeName(right)}`);
}

/** A text that is the same for equal keys. @throws ScriptFailure for what can change. */
function keyOf(value: Value): string {
  if (value instanceof Tuple) {
    const keys = value.items.map(keyOf);
    return `tuple:${JSON.stringify(keys)}`;
  }
  if (value instanceof List || value instanceof Dict || value instanceof Range) {
    throw new ScriptFailure(`${typeName(value)} cannot be a key`);
  }
  return `${typeName(value)}:${value instanceof Callable ? value.name : String(value)}`;
}

/** The items of anything that can be iterated over. Strings cannot. */
export function itemsOf(value: Value): Iterable<Value> & { readonly length: number } {
  if (value instanceof List || value instanceof Tuple) return value.items;
  if (value instanceof Dict) return [...value.entries.values()].map((entry) => entry.key);
  if (value instanceof Range) return { length: value.length, [Symbol.iterator]: () => numbersOf(value) };
  throw new ScriptFailure(`cannot iterate over ${typeName(value)}`);
}

function* numbersOf(range: Range): Generator<number> {
  for (let index = 0; index < range.length; index += 1) yield range.at(index);
}

/** @throws ScriptFailure when the value is being iterated over. */
export function checkMutable(value: List | Dict): void {
  if (value.iterators > 0) throw new ScriptFailure(`cannot change a ${typeName(value)} while iterating over it`);
}
