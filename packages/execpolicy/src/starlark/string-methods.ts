import { bindArguments, expectInt, expectString, wrongType } from "./arguments.ts";
import { ScriptFailure } from "./failure.ts";
import { formatBraces } from "./format.ts";
import type { Machine } from "./machine.ts";
import { isTrue, itemsOf, List, Tuple, type CallArguments, type Value } from "./values.ts";

/** What a method gets: the string it is called on, and its arguments in the order of the parameters. */
type StringMethod = (text: string, args: readonly (Value | undefined)[]) => Value;

interface Signature {
  readonly parameters: readonly string[];
  readonly run: StringMethod;
}

function method(parameters: readonly string[], run: StringMethod): Signature {
  return { parameters, run };
}

const STRING_METHODS = new Map<string, Signature>(
  Object.entries({
    capitalize: method([], (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()),
    lower: method([], (text) => text.toLowerCase()),
    upper: method([], (text) => text.toUpperCase()),
    title: method([], (text) => text.toLowerCase().replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())),
    isalnum: method([], (text) => /^[\p{L}\p{N}]+$/u.test(text)),
    isalpha: method([], (text) => /^\p{L}+$/u.test(text)),
    isdigit: method([], (text) => /^\p{Nd}+$/u.test(text)),
    islower: method([], (text) => text !== text.toUpperCase() && text === text.toLowerCase()),
    isspace: method([], (text) => /^\s+$/.test(text)),
    isupper: method([], (text) => text !== text.toLowerCase() && text === text.toUpperCase()),
    startswith: method(["prefix"], (text, [prefix]) => affixes(prefix).some((one) => text.startsWith(one))),
    endswith: method(["suffix"], (text, [suffix]) => affixes(suffix).some((one) => text.endsWith(one))),
    removeprefix: method(["prefix"], (text, [value]) => {
      const prefix = expectString(value, "prefix");
      return text.startsWith(prefix) ? text.slice(prefix.length) : text;
    }),
    removesuffix: method(["suffix"], (text, [value]) => {
      const suffix = expectString(value, "suffix");
      return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
    }),
    strip: method(["chars?"], (text, [chars]) => stripEnd(stripStart(text, chars), chars)),
    lstrip: method(["chars?"], (text, [chars]) => stripStart(text, chars)),
    rstrip: method(["chars?"], (text, [chars]) => stripEnd(text, chars)),
    count: method(["sub"], (text, [sub]) => text.split(expectString(sub, "sub")).length - 1),
    find: method(["sub"], (text, [sub]) => text.indexOf(expectString(sub, "sub"))),
    rfind: method(["sub"], (text, [sub]) => text.lastIndexOf(expectString(sub, "sub"))),
    index: method(["sub"], (text, [sub]) => found(text.indexOf(expectString(sub, "sub")))),
    rindex: method(["sub"], (text, [sub]) => found(text.lastIndexOf(expectString(sub, "sub")))),
    partition: method(["sep"], (text, [sep]) => partition(text, expectString(sep, "sep"), "first")),
    rpartition: method(["sep"], (text, [sep]) => partition(text, expectString(sep, "sep"), "last")),
    split: method(["sep?", "maxsplit?"], (text, [sep, max]) => new List(split(text, sep, max))),
    rsplit: method(["sep?", "maxsplit?"], (text, [sep, max]) => {
      // The same from the other end: split the reversed text, and turn the pieces around.
      const separator = typeof sep === "string" ? reverse(sep) : sep;
      return new List(split(reverse(text), separator, max).map(reverse).reverse());
    }),
    splitlines: method(["keepends?"], (text, [keepEnds]) => {
      const lines = text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
      return new List(isTrue(keepEnds ?? false) ? [...lines] : lines.map((line) => line.replace(/[\r\n]+$/, "")));
    }),
    elems: method([], (text) => new List([...text])),
  }),
);

/** The method `name` of a string, or undefined if strings have none of that name. */
export function stringMethod(
  text: string,
  name: string,
): ((args: CallArguments, machine: Machine) => Value) | undefined {
  switch (name) {
    case "format":
      return (args, machine) => formatBraces(text, args, machine);
    case "join":
      return (args, machine) => join(text, bindArguments(name, ["items"], args)[0] ?? null, machine);
    case "replace":
      return (args, machine) => replace(text, bindArguments(name, ["old", "new", "count?"], args), machine);
    default: {
      const signature = STRING_METHODS.get(name);
      return (
        signature &&
        ((args, machine) => {
          machine.spend(text.length);
          return signature.run(text, bindArguments(name, signature.parameters, args));
        })
      );
    }
  }
}

function join(separator: string, items: Value, machine: Machine): string {
  const texts: string[] = [];
  for (const item of itemsOf(items)) {
    const text = expectString(item, "an item to join");
    machine.spend(text.length + separator.length);
    texts.push(text);
  }
  return texts.join(separator);
}

function replace(text: string, [old, by, count]: readonly (Value | undefined)[], machine: Machine): string {
  const pieces = text.split(expectString(old, "old"));
  const replacement = expectString(by, "new");
  machine.spend(text.length + pieces.length * replacement.length);
  if (count === undefined) return pieces.join(replacement);
  const times = Math.max(0, expectInt(count, "count"));
  const kept = pieces.slice(times).join(expectString(old, "old"));
  return [...pieces.slice(0, times), kept].join(replacement);
}

function affixes(value: Value | undefined): readonly string[] {
  const values = value instanceof Tuple ? value.items : [value];
  return values.map((affix) => expectString(affix, "a prefix or suffix"));
}

function stripStart(text: string, chars: Value | undefined): string {
  if (chars === undefined || chars === null) return text.trimStart();
  const unwanted = new Set(expectString(chars, "chars"));
  let start = 0;
  while (start < text.length && unwanted.has(text[start] ?? "")) start += 1;
  return text.slice(start);
}

function stripEnd(text: string, chars: Value | undefined): string {
  if (chars === undefined || chars === null) return text.trimEnd();
  const unwanted = new Set(expectString(chars, "chars"));
  let end = text.length;
  while (end > 0 && unwanted.has(text[end - 1] ?? "")) end -= 1;
  return text.slice(0, end);
}

function found(index: number): number {
  if (index === -1) throw new ScriptFailure("substring not found");
  return index;
}

function partition(text: string, separator: string, which: "first" | "last"): Tuple {
  if (separator === "") throw new ScriptFailure("empty separator");
  const at = which === "first" ? text.indexOf(separator) : text.lastIndexOf(separator);
  if (at === -1) return new Tuple(which === "first" ? [text, "", ""] : ["", "", text]);
  return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
}

function split(text: string, separator: Value | undefined, max: Value | undefined): string[] {
  const limit = max === undefined || max === null ? -1 : expectInt(max, "maxsplit");
  if (separator === undefined || separator === null) return splitAtBlanks(text, limit);
  if (typeof separator !== "string") throw wrongType("sep", "string", separator);
  if (separator === "") throw new ScriptFailure("empty separator");
  const pieces = text.split(separator);
  if (limit < 0 || pieces.length <= limit + 1) return pieces;
  return [...pieces.slice(0, limit), pieces.slice(limit).join(separator)];
}

function splitAtBlanks(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    const end = limit >= 0 && pieces.length >= limit ? -1 : rest.search(/\s/);
    pieces.push(end === -1 ? rest : rest.slice(0, end));
    rest = end === -1 ? "" : rest.slice(end).trimStart();
  }
  return pieces;
}

function reverse(text: string): string {
  return [...text].reverse().join("");
}
