import { isObject, type JsonObject } from "../json.ts";

/** A value of a form: what a flat schema can ask for. */
type FormValue = string | number | boolean | string[];

export type ContentVerdict =
  | { readonly ok: true; readonly content: Record<string, FormValue> }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads the content of an answer by the flat schema that a server asked with: text, numbers, switches, choices.
 * A member that the schema does not name is left out, so that a server is told nothing it has not asked for.
 * Source: MCP spec, section A5; MCP 2025-11-25, "Elicitation".
 */
export function createContentCheck(schema: JsonObject): (content: JsonObject) => ContentVerdict {
  const fields = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return (given) => {
    const content: Record<string, FormValue> = {};
    for (const [name, field] of Object.entries(fields)) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value === undefined || value === null) {
        if (required.includes(name)) return { ok: false, reason: `\`${name}\` is missing` };
        continue;
      }
      const read = readValue(value, isObject(field) ? field : {});
      if (!read.ok) return { ok: false, reason: `\`${name}\` ${read.reason}` };
      content[name] = read.value;
    }
    return { ok: true, content };
  };
}

type Read = { readonly ok: true; readonly value: FormValue } | { readonly ok: false; readonly reason: string };
type Field = Readonly<Record<string, unknown>>;

function readValue(value: unknown, field: Field): Read {
  switch (field["type"]) {
    case "boolean":
      return typeof value === "boolean" ? { ok: true, value } : { ok: false, reason: "has to be true or false" };
    case "integer":
    case "number":
      return readNumber(value, field);
    case "array":
      return readChoices(value, field);
    case "string":
      return readText(value, field);
    default:
      return { ok: false, reason: "has a schema that cannot be filled in" };
  }
}

function readNumber(value: unknown, { type, minimum, maximum }: Field): Read {
  if (typeof value !== "number" || !Number.isFinite(value)) return { ok: false, reason: "has to be a number" };
  if (type === "integer" && !Number.isInteger(value)) return { ok: false, reason: "has to be a whole number" };
  if (typeof minimum === "number" && value < minimum) return { ok: false, reason: `has to be at least ${minimum}` };
  if (typeof maximum === "number" && value > maximum) return { ok: false, reason: `has to be at most ${maximum}` };
  return { ok: true, value };
}

function readText(value: unknown, field: Field): Read {
  if (typeof value !== "string") return { ok: false, reason: "has to be text" };
  const choices = choicesOf(field, "oneOf");
  if (choices !== null) {
    return choices.includes(value)
      ? { ok: true, value }
      : { ok: false, reason: `has to be one of ${choices.join(", ")}` };
  }
  const { minLength, maxLength } = field;
  const length = [...value].length;
  if (typeof minLength === "number" && length < minLength) {
    return { ok: false, reason: `has to have at least ${minLength} characters` };
  }
  if (typeof maxLength === "number" && length > maxLength) {
    return { ok: false, reason: `may have at most ${maxLength} characters` };
  }
  return hasFormat(value, field["format"])
    ? { ok: true, value }
    : { ok: false, reason: `is no ${String(field["format"])}` };
}

function readChoices(value: unknown, field: Field): Read {
  const items = isObject(field["items"]) ? field["items"] : {};
  const choices = choicesOf(items, "anyOf");
  if (!Array.isArray(value) || choices === null) return { ok: false, reason: "has to be a list of choices" };
  const chosen = value.filter((entry): entry is string => typeof entry === "string" && choices.includes(entry));
  if (chosen.length !== value.length) return { ok: false, reason: `may hold ${choices.join(", ")} alone` };
  const { minItems, maxItems } = field;
  if (typeof minItems === "number" && chosen.length < minItems)
    return { ok: false, reason: `needs ${minItems} choices` };
  if (typeof maxItems === "number" && chosen.length > maxItems) {
    return { ok: false, reason: `may have ${maxItems} choices` };
  }
  return { ok: true, value: chosen };
}

/** The values of an enumeration: `enum`, or titled ones under `titled`; null when the field is none. */
function choicesOf(field: Field, titled: "oneOf" | "anyOf"): readonly string[] | null {
  const plain = field["enum"];
  if (Array.isArray(plain)) return plain.filter((value): value is string => typeof value === "string");
  const options = field[titled];
  if (!Array.isArray(options)) return null;
  const values: readonly unknown[] = options.map((option: unknown) => (isObject(option) ? option["const"] : null));
  return values.filter((value): value is string => typeof value === "string");
}

function hasFormat(text: string, format: unknown): boolean {
  switch (format) {
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text);
    case "uri":
      return URL.canParse(text);
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
    case "date-time":
      return /^\d{4}-\d{2}-\d{2}[Tt ]/.test(text) && !Number.isNaN(Date.parse(text));
    default:
      return true;
  }
}
