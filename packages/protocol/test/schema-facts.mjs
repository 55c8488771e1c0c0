/**
 * Facts of JSON Schema definitions in a form that can be compared and read: names, members, optionality, enums.
 * An object is its members by name (`name?` may be absent) with a type each, a union the list of its variants, an enum
 * the sorted list of its words; two ways to write the same in JSON Schema have the same facts.
 */
export function factsOfAll(definitions) {
  return Object.fromEntries(
    Object.keys(definitions)
      .sort()
      .map((name) => [name, factsOf(definitions[name])]),
  );
}

function factsOf(schema) {
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants === undefined)
    return Array.isArray(schema.enum) ? wordsOf(schema) : (membersOf(schema) ?? typeOf(schema));
  const words = variants.filter((variant) => Array.isArray(variant.enum)).flatMap((variant) => variant.enum);
  const others = variants.filter((variant) => !Array.isArray(variant.enum)).map(factsOf);
  const all = [...words.toSorted().map(quote), ...others];
  return all.length === 1 ? all[0] : all;
}

function wordsOf(schema) {
  return schema.enum.map(quote).sort();
}

function membersOf(schema) {
  if (schema.type !== "object" || schema.additionalProperties instanceof Object) return null;
  const required = new Set(schema.required ?? []);
  const members = Object.keys(schema.properties ?? {}).sort();
  return Object.fromEntries(
    members.map((name) => [required.has(name) ? name : `${name}?`, memberType(schema.properties[name])]),
  );
}

/** A nested object keeps its members; everything else is one line. */
function memberType(schema) {
  const members = membersOf(schema);
  if (members !== null) return members;
  return schema.default === undefined ? typeOf(schema) : `${typeOf(schema)} = ${JSON.stringify(schema.default)}`;
}

function typeOf(schema) {
  if (schema === true) return "any";
  if (schema.$ref !== undefined) return schema.$ref.replace("#/definitions/", "");
  if (schema.allOf?.length === 1) return typeOf(schema.allOf[0]);
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants !== undefined) {
    /** @type {Set<string>} */
    const types = new Set(variants.map(typeOf));
    return [...types].sort().join(" | ");
  }
  if (Array.isArray(schema.type)) {
    return schema.type
      .map((type) => (type === "null" ? type : typeOf({ ...schema, type })))
      .sort()
      .join(" | ");
  }
  if (schema.enum !== undefined) return wordsOf(schema).join(" | ");
  switch (schema.type) {
    case undefined:
      return "any";
    case "array":
      return `list of ${typeOf(schema.items)}`;
    case "object":
      return schema.additionalProperties === undefined ? "object" : `map of ${typeOf(schema.additionalProperties)}`;
    default:
      return schema.format ?? schema.type;
  }
}

function quote(word) {
  return JSON.stringify(word);
}
