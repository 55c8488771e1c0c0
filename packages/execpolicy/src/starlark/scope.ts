import { ScriptFailure } from "./failure.ts";
import type { Value } from "./values.ts";

/** The variables of a file, a function call or a comprehension. */
export class Scope {
  readonly #parent: Scope | null;
  /** Names that belong here, whether or not they have a value yet: they hide those of the parent. */
  readonly #names: ReadonlySet<string>;
  readonly #values = new Map<string, Value>();

  constructor(parent: Scope | null, names: ReadonlySet<string>) {
    this.#parent = parent;
    this.#names = names;
  }

  get(name: string): Value {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    if (this.#names.has(name) || this.#parent === null) {
      throw new ScriptFailure(`variable \`${name}\` is used before it has a value`);
    }
    return this.#parent.get(name);
  }

  /** Gives a name of this scope a value; the names of the parents cannot be changed from here. */
  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}
