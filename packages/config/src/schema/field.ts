/**
 * What the keys of `config.toml` are, as data: decoding, unknown-key warnings, the JSON Schema for editors and the
 * reference page are read off it, and the types are inferred from it.
 */
export type Field =
  | TextField
  | FlagField
  | NumberField
  | ChoiceField<string>
  | ListField<Field>
  | MapField<Field>
  | TableField<Fields>
  | EitherField<readonly Field[]>;

export type Fields = Readonly<Record<string, Field>>;

/** What every field can say about itself. */
export interface Notes {
  /** One sentence for people. */
  readonly doc: string;
  /** What holds without the key, as it would be written in the file, or in words. */
  readonly default?: string;
  /** The table around it is wrong without this key. */
  readonly required?: true;
}

export interface TextField extends Notes {
  readonly kind: "text";
}
export interface FlagField extends Notes {
  readonly kind: "flag";
}
export interface NumberField extends Notes {
  readonly kind: "integer" | "number";
  readonly min: number;
  readonly max: number;
}
export interface ChoiceField<V extends string> extends Notes {
  readonly kind: "choice";
  readonly values: readonly V[];
}
export interface ListField<F extends Field> extends Notes {
  readonly kind: "list";
  readonly items: F;
}
/** A table with keys of the user's choice. */
export interface MapField<F extends Field> extends Notes {
  readonly kind: "map";
  readonly values: F;
  /** What the reference page calls the key, for example `id`. */
  readonly keyName: string;
}
export interface TableField<T extends Fields> extends Notes {
  readonly kind: "table";
  readonly fields: T;
}
/** One of several forms. */
export interface EitherField<T extends readonly Field[]> extends Notes {
  readonly kind: "either";
  readonly forms: T;
  /** Completes "expected ...". */
  readonly expected: string;
}

/** The value of a field once it has been checked. */
export type ValueOf<F> = F extends TextField
  ? string
  : F extends FlagField
    ? boolean
    : F extends NumberField
      ? number
      : F extends ChoiceField<infer V>
        ? V
        : F extends ListField<infer I>
          ? readonly ValueOf<I>[]
          : F extends MapField<infer V>
            ? Readonly<Record<string, ValueOf<V>>>
            : F extends TableField<infer T>
              ? TableOf<T>
              : F extends EitherField<infer T>
                ? ValueOf<T[number]>
                : never;

/** A checked table: what has to be there is, the rest may be. */
export type TableOf<T extends Fields> = {
  readonly [K in keyof T as T[K] extends { required: true } ? K : never]: ValueOf<T[K]>;
} & {
  readonly [K in keyof T as T[K] extends { required: true } ? never : K]?: ValueOf<T[K]>;
};

export const text = <N extends Notes>(notes: N): TextField & N => ({ kind: "text", ...notes });

export const flag = <N extends Notes>(notes: N): FlagField & N => ({ kind: "flag", ...notes });

/** A whole number, from 0 unless `min` says otherwise. */
export const integer = <N extends Notes & { readonly min?: number }>(notes: N): NumberField & N => ({
  kind: "integer",
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  ...notes,
});

/** A number of 0 or more, with a fraction if need be. */
export const number = (notes: Notes): NumberField => ({ kind: "number", min: 0, max: Number.MAX_VALUE, ...notes });

export const choice = <const V extends string, N extends Notes>(
  values: readonly V[],
  notes: N,
): ChoiceField<V> & N => ({ kind: "choice", values, ...notes });

export const list = <F extends Field>(items: F, notes: Notes): ListField<F> => ({ kind: "list", items, ...notes });

export const map = <F extends Field>(values: F, notes: Notes & { readonly keyName: string }): MapField<F> => ({
  kind: "map",
  values,
  ...notes,
});

export const table = <T extends Fields>(fields: T, notes: Notes): TableField<T> => ({
  kind: "table",
  fields,
  ...notes,
});

export const either = <const T extends readonly Field[]>(
  forms: T,
  notes: Notes & { readonly expected: string },
): EitherField<T> => ({ kind: "either", forms, ...notes });
