import { bindArguments, expectInt, expectString, wrongType } from "./arguments.ts";
import { ScriptFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";
import {
  Callable,
  compare,
  Dict,
  isTrue,
  itemsOf,
  List,
  Range,
  repr,
  toText,
  Tuple,
  typeName,
  type CallArguments,
  type Value,
} from "./values.ts";

/** The names that every script has: constants, and functions without any effect outside of the script. */
export function builtins(): Map<string, Value> {
  const names = new Map<string, Value>([
    ["None", null],
    ["True", true],
    ["False", false],
  ]);
  for (const [name, call] of Object.entries(FUNCTIONS)) names.set(name, new Callable(name, call));
  return names;
}

type Native = (args: CallArguments, machine: Machine) => Value;

const FUNCTIONS: Readonly<Record<string, Native>> = {
  all: (args, machine) => list(one("all", args), machine).every(isTrue),
  any: (args, machine) => list(one("any", args), machine).some(isTrue),
  bool: (args) => isTrue(bindArguments("bool", ["x?"], args)[0] ?? false),
  dict: (args, machine) => makeDict(args, machine),
  enumerate: (args, machine) => {
    const [items = null, start = 0] = bindArguments("enumerate", ["items", "start?"], args);
    const first = expectInt(start, "start");
    return new List(list(items, machine).map((item, index) => new Tuple([first + index, item])));
  },
  fail: (args) => {
    throw new ScriptFailure(`fail: ${args.positional.map(toText).join(" ")}`);
  },
  int: (args) => toInt(one("int", args)),
  len: (args) => lengthOf(one("len", args)),
  list: (args, machine) => {
    const [items] = bindArguments("list", ["items?"], args);
    return new List(items === undefined ? [] : list(items, machine));
  },
  max: (args, machine) => extreme("max", args, machine),
  min: (args, machine) => extreme("min", args, machine),
  range: (args) => makeRange(args),
  repr: (args) => repr(one("repr", args)),
  reversed: (args, machine) => new List(list(one("reversed", args), machine).reverse()),
  sorted: (args, machine) => sort(args, machine),
  str: (args) => toText(one("str", args)),
  tuple: (args, machine) => {
    const [items] = bindArguments("tuple", ["items?"], args);
    return new Tuple(items === undefined ? [] : list(items, machine));
  },
  type: (args) => typeName(one("type", args)),
  zip: ({ positional, named }, machine) => {
    if (named.size > 0) throw new ScriptFailure("zip takes no named arguments");
    const lists = positional.map((items) => list(items, machine));
    const length = lists.length === 0 ? 0 : Math.min(...lists.map((items) => items.length));
    return new List(Array.from({ length }, (_, index) => new Tuple(lists.map((items) => items[index] ?? null))));
  },
};

function one(name: string, args: CallArguments): Value {
  return bindArguments(name, ["x"], args)[0] ?? null;
}

/** A copy of the items, paid for one by one. */
function list(items: Value, machine: Machine): Value[] {
  const copy: Value[] = [];
  for (const item of itemsOf(items)) {
    machine.spend();
    copy.push(item);
  }
  return copy;
}

function lengthOf(value: Value): number {
  return typeof value === "string" ? [...value].length : itemsOf(value).length;
}

function toInt(value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  const text = expectString(value, "x");
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new ScriptFailure(`${repr(text)} is no int`);
  return number;
}

function makeDict(args: CallArguments, machine: Machine): Dict {
  const [pairs] = bindArguments("dict", ["pairs?"], { positional: args.positional, named: new Map() });
  const dict = new Dict();
  if (pairs instanceof Dict) {
    for (const { key, value } of pairs.entries.values()) dict.set(key, value);
  } else if (pairs !== undefined) {
    for (const pair of list(pairs, machine)) {
      const [key, value, ...others] = list(pair, machine);
      if (key === undefined || value === undefined || others.length > 0) throw new ScriptFailure("dict takes pairs");
      dict.set(key, value);
    }
  }
  for (const [name, value] of args.named) dict.set(name, value);
  machine.spend(dict.entries.size);
  return dict;
}

function makeRange(args: CallArguments): Range {
  const [first, second, third = 1] = bindArguments("range", ["start", "stop?", "step?"], args);
  const start = second === undefined ? 0 : expectInt(first, "start");
  const stop = expectInt(second ?? first, "stop");
  const step = expectInt(third, "step");
  if (step === 0) throw new ScriptFailure("the step of a range cannot be 0");
  return new Range(start, stop, step);
}

function sort(args: CallArguments, machine: Machine): List {
  const [items = null, key, reverse = false] = bindArguments("sorted", ["items", "key?", "reverse?"], args);
  const keyed = list(items, machine).map((item) => ({ item, key: keyFor(item, key, machine) }));
  const direction = isTrue(reverse) ? -1 : 1;
  keyed.sort((left, right) => direction * compare(left.key, right.key));
  machine.spend(keyed.length);
  return new List(keyed.map(({ item }) => item));
}

function extreme(name: "max" | "min", { positional, named }: CallArguments, machine: Machine): Value {
  const key = named.get("key");
  if (named.size > (key === undefined ? 0 : 1))
    throw new ScriptFailure(`${name} takes no other named argument than key`);
  const [first = null] = positional;
  const items = positional.length === 1 ? list(first, machine) : positional;
  const direction = name === "max" ? 1 : -1;
  const [start, ...others] = items.map((item) => ({ item, key: keyFor(item, key, machine) }));
  if (start === undefined) throw new ScriptFailure(`${name} of nothing`);
  return others.reduce((best, item) => (direction * compare(item.key, best.key) > 0 ? item : best), start).item;
}

function keyFor(item: Value, key: Value | undefined, machine: Machine): Value {
  if (key === undefined || key === null) return item;
  if (!(key instanceof Callable)) throw wrongType("key", "function", key);
  return key.call({ positional: [item], named: new Map() }, machine);
}
