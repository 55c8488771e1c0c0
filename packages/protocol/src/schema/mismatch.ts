/** Where a value does not fit its schema, and why. Decoders hand it up and put their place in front of its path. */
export class Mismatch {
  readonly reason: string;
  readonly path: (string | number)[] = [];
  constructor(reason: string) {
    this.reason = reason;
  }

  within(place: string | number): this {
    this.path.unshift(place);
    return this;
  }
}

/** ``input[0].type``; empty for the value itself. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.map((place, at) => (typeof place === "number" ? `[${place}]` : at === 0 ? place : `.${place}`)).join("");
}

export function missingField(name: string): Mismatch {
  return new Mismatch(`missing field \`${name}\``);
}

export function unknownVariant(value: string, known: readonly string[]): Mismatch {
  return new Mismatch(`unknown variant \`${value}\`, expected ${alternatives(known)}`);
}

export function wrongType(value: unknown, expected: string): Mismatch {
  return new Mismatch(`invalid type: ${describe(value)}, expected ${expected}`);
}

/** The type is right, the value is not: a negative number for an unsigned one. */
export function wrongValue(value: unknown, expected: string): Mismatch {
  return new Mismatch(`invalid value: ${describe(value)}, expected ${expected}`);
}

function alternatives(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  if (quoted.length === 0) return "nothing, there are no variants";
  return quoted.length > 2 ? `one of ${quoted.join(", ")}` : quoted.join(" or ");
}

/** Names a value as messages do: its JSON type, and itself if it is short. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "sequence";
  switch (typeof value) {
    case "string":
      return `string ${JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value)}`;
    case "number":
      return `${Number.isInteger(value) ? "integer" : "floating point"} \`${value}\``;
    case "boolean":
      return `boolean \`${value}\``;
    default:
      return "map";
  }
}
