import { InvalidArgumentError, type Option } from "commander";

/** For an option that may stand once. */
export function once(value: string, previous: string | undefined): string {
  if (previous !== undefined) throw new InvalidArgumentError("It cannot be used multiple times.");
  return value;
}

/** For an option that may stand once, with a number of 0 or more. */
export function amount(value: string, previous: number | undefined): number {
  if (previous !== undefined) throw new InvalidArgumentError("It cannot be used multiple times.");
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (!(number >= 0) || number === Number.POSITIVE_INFINITY)
    throw new InvalidArgumentError("A number of 0 or more is expected.");
  return number;
}

/** For an option that may stand often. */
export function append(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** For an option that may stand once, with one of these values. */
export function oneOf(option: Option, values: readonly string[]): Option {
  option.argChoices = [...values];
  return option.argParser((value: string, previous: string | undefined) => {
    if (!values.includes(value)) throw new InvalidArgumentError(`[possible values: ${values.join(", ")}]`);
    return once(value, previous);
  });
}
