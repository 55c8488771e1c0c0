/** Makes a `switch` over a union exhaustive: a new variant fails to compile where this is called. */
export function assertNever(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}
