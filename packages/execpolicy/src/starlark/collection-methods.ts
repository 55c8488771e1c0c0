import { bindArguments, expectInt } from "./arguments.ts";
import { ScriptFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";
import { position } from "./operators.ts";
import { checkMutable, Dict, equals, itemsOf, List, repr, Tuple, type CallArguments, type Value } from "./values.ts";

type Method<T> = (target: T, args: readonly (Value | undefined)[], machine: Machine) => Value;

interface Signature<T> {
  readonly parameters: readonly string[];
  readonly changes: boolean;
  readonly run: Method<T>;
}

function reads<T>(parameters: readonly string[], run: Method<T>): Signature<T> {
  return { parameters, changes: false, run };
}

function changes<T>(parameters: readonly string[], run: Method<T>): Signature<T> {
  return { parameters, changes: true, run };
}

const LIST_METHODS = new Map<string, Signature<List>>(
  Object.entries({
    append: changes(["item"], ({ items }, [item = null]) => {
      items.push(item);
      return null;
    }),
    clear: changes([], ({ items }) => {
      items.length = 0;
      return null;
    }),
    extend: changes(["items"], ({ items }, [more = null], machine) => {
      const added = [...spending(more, machine)];
      for (const item of added) items.push(item);
      return null;
    }),
    index: reads(["item"], ({ items }, [item = null]) => indexOf(items, item)),
    insert: changes(["index", "item"], ({ items }, [index, item = null]) => {
      items.splice(expectInt(index, "index"), 0, item);
      return null;
    }),
    pop: changes(["index?"], ({ items }, [index = -1]) => items.splice(position(index, items.length), 1)[0] ?? null),
    remove: changes(["item"], ({ items }, [item = null]) => {
      items.splice(indexOf(items, item), 1);
      return null;
    }),
  }),
);

const DICT_METHODS = new Map<string, Signature<Dict>>(
  Object.entries({
    clear: changes([], ({ entries }) => {
      entries.clear();
      return null;
    }),
    get: reads(["key", "default?"], (dict, [key = null, byDefault = null]) => {
      const value = dict.get(key);
      return value === undefined ? byDefault : value;
    }),
    items: reads([], ({ entries }) => new List([...entries.values()].map(({ key, value }) => new Tuple([key, value])))),
    keys: reads([], ({ entries }) => new List([...entries.values()].map(({ key }) => key))),
    pop: changes(["key", "default?"], (dict, [key = null, byDefault]) => {
      const held = dict.get(key);
      const value = held === undefined ? byDefault : held;
      if (value === undefined) throw new ScriptFailure(`key ${repr(key)} is not in the dict`);
      dict.delete(key);
      return value;
    }),
    setdefault: changes(["key", "default?"], (dict, [key = null, byDefault = null]) => {
      const value = dict.get(key);
      if (value !== undefined) return value;
      dict.set(key, byDefault);
      return byDefault;
    }),
    update: changes(["other"], (dict, [other = null], machine) => {
      if (!(other instanceof Dict)) throw new ScriptFailure("update takes a dict");
      machine.spend(other.entries.size);
      for (const { key, value } of other.entries.values()) dict.set(key, value);
      return null;
    }),
    values: reads([], ({ entries }) => new List([...entries.values()].map(({ value }) => value))),
  }),
);

/** The method `name` of a list or dict, or undefined if it has none of that name. */
export function collectionMethod(
  target: List | Dict,
  name: string,
): ((args: CallArguments, machine: Machine) => Value) | undefined {
  return target instanceof List ? bound(target, name, LIST_METHODS) : bound(target, name, DICT_METHODS);
}

function bound<T extends List | Dict>(
  target: T,
  name: string,
  methods: ReadonlyMap<string, Signature<T>>,
): ((args: CallArguments, machine: Machine) => Value) | undefined {
  const signature = methods.get(name);
  if (signature === undefined) return undefined;
  return (args, machine) => {
    machine.spend(target instanceof List ? 1 : 1 + target.entries.size);
    if (signature.changes) checkMutable(target);
    return signature.run(target, bindArguments(name, signature.parameters, args), machine);
  };
}

function indexOf(items: readonly Value[], item: Value): number {
  const index = items.findIndex((candidate) => equals(candidate, item));
  if (index === -1) throw new ScriptFailure(`${repr(item)} is not in the list`);
  return index;
}

function* spending(items: Value, machine: Machine): Generator<Value> {
  for (const item of itemsOf(items)) {
    machine.spend();
    yield item;
  }
}
