import { ScriptFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";
import { Dict, repr, toText, Tuple, typeName, type CallArguments, type Value } from "./values.ts";

/** `"… %s …" % value`: takes `%s`, `%r`, `%d` and `%%`, and a tuple for several values. */
export function formatPercent(template: string, values: Value, machine: Machine): string {
  const given = values instanceof Tuple ? values.items : [values];
  let used = 0;
  const text = template.replace(/%([^]?)/g, (_, conversion: string) => {
    if (conversion === "%") return "%";
    const value = given[used];
    if (value === undefined) throw new ScriptFailure("not enough values for the format string");
    used += 1;
    if (conversion === "s") return toText(value);
    if (conversion === "r") return repr(value);
    if (conversion === "d" && typeof value === "number") return String(value);
    throw new ScriptFailure(`cannot format ${typeName(value)} with %${conversion}`);
  });
  if (used < given.length && !(values instanceof Dict))
    throw new ScriptFailure("too many values for the format string");
  machine.spend(text.length);
  return text;
}

/** `"… {} {0} {name} …".format(…)`; a brace is written twice. */
export function formatBraces(template: string, { positional, named }: CallArguments, machine: Machine): string {
  let next = 0;
  const text = template.replace(
    /\{\{|\}\}|\{(\w*)(?:!([rs]))?\}|[{}]/g,
    (whole, field?: string, conversion?: string) => {
      if (whole === "{{" || whole === "}}") return whole.slice(1);
      if (field === undefined) throw new ScriptFailure(`unmatched \`${whole}\` in the format string; write it twice`);
      const index = field === "" ? next++ : Number(field);
      const value = Number.isNaN(index) ? named.get(field) : positional[index];
      if (value === undefined) throw new ScriptFailure(`no value for {${field}}`);
      return conversion === "r" ? repr(value) : toText(value);
    },
  );
  machine.spend(text.length);
  return text;
}
