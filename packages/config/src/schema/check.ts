import { assertNever } from "../assert-never.ts";
import type { KeyPath } from "../toml/table.ts";
import { isObject } from "./is-object.ts";
import type { ChoiceField, EitherField, Field, Fields, NumberField } from "./field.ts";

/** One thing that is wrong with a configuration, and where. */
export interface Problem {
  readonly kind: "type" | "value";
  readonly path: KeyPath;
  readonly reason: string;
}

/** Everything that is wrong with a table; keys that the fields do not know are not looked at. */
export function checkTable(fields: Fields, value: unknown, path: KeyPath = []): readonly Problem[] {
  if (!isObject(value)) return [misfit(value, "a table", path)];
  const problems: Problem[] = [];
  for (const [key, field] of Object.entries(fields)) {
    if (Object.hasOwn(value, key)) problems.push(...checkValue(field, value[key], [...path, key]));
    else if (field.required) problems.push({ kind: "type", path, reason: `missing field \`${key}\`` });
  }
  return problems;
}

function checkValue(field: Field, value: unknown, path: KeyPath): readonly Problem[] {
  switch (field.kind) {
    case "text":
      return typeof value === "string" ? [] : [misfit(value, "a string", path)];
    case "flag":
      return typeof value === "boolean" ? [] : [misfit(value, "a boolean", path)];
    case "integer":
    case "number":
      return checkNumber(field, value, path);
    case "choice":
      return checkChoice(field, value, path);
    case "list":
      if (!Array.isArray(value)) return [misfit(value, "an array", path)];
      return value.flatMap((element, index) => checkValue(field.items, element, [...path, index]));
    case "map":
      if (!isObject(value)) return [misfit(value, "a table", path)];
      return Object.entries(value).flatMap(([key, inner]) => checkValue(field.values, inner, [...path, key]));
    case "table":
      return checkTable(field.fields, value, path);
    case "either":
      return checkForms(field, value, path);
    default:
      return assertNever(field);
  }
}

function checkNumber(field: NumberField, value: unknown, path: KeyPath): readonly Problem[] {
  const expected = field.kind === "integer" ? "i64" : "f64";
  if (typeof value !== "number" || (field.kind === "integer" && !Number.isInteger(value))) {
    return [misfit(value, expected, path)];
  }
  if (value >= field.min && value <= field.max) return [];
  const bounds = field.max >= Number.MAX_SAFE_INTEGER ? `${field.min} or more` : `${field.min} to ${field.max}`;
  return [{ kind: "value", path, reason: `invalid value: ${describeValue(value)}, expected ${bounds}` }];
}

function checkChoice(field: ChoiceField<string>, value: unknown, path: KeyPath): readonly Problem[] {
  if (typeof value !== "string") return [misfit(value, "a string", path)];
  if (field.values.includes(value)) return [];
  const known = field.values.map((name) => `\`${name}\``).join(", ");
  const expected = field.values.length > 1 ? `one of ${known}` : known;
  return [{ kind: "value", path, reason: `unknown variant \`${value}\`, expected ${expected}` }];
}

function checkForms(field: EitherField<readonly Field[]>, value: unknown, path: KeyPath): readonly Problem[] {
  const results = field.forms.map((form) => checkValue(form, value, path));
  if (results.some((problems) => problems.length === 0)) return [];
  // A form whose outer shape fits knows best what is wrong inside.
  const closest = results.find((problems) => problems.some((problem) => isBelow(problem, path)));
  return closest ?? [misfit(value, field.expected, path)];
}

function isBelow(problem: Problem, path: KeyPath): boolean {
  return problem.path.length > path.length || problem.kind === "value" || problem.reason.startsWith("missing");
}

function misfit(value: unknown, expected: string, path: KeyPath): Problem {
  return { kind: "type", path, reason: `invalid type: ${describeValue(value)}, expected ${expected}` };
}

/** `string "abc"`, `integer `5``: as the reference words it. */
function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `string ${JSON.stringify(value)}`;
    case "number":
      return `${Number.isInteger(value) ? "integer" : "floating point"} \`${value}\``;
    case "boolean":
      return `boolean \`${value}\``;
    default:
      return Array.isArray(value) ? "array" : value === null ? "null" : "table";
  }
}
