// What the declarations of the packed library need of TypeBox: schemas as the types that they stand for. Written by hand
// so that a program that embeds Heddle needs no package of ours or of others to be type-checked.
export interface TSchema {
  readonly static: unknown;
  readonly $id?: string | undefined;
}
export type Static<Schema extends TSchema> = Schema["static"];
export type TProperties = Record<string, TSchema>;

export interface TUnsafe<Value> extends TSchema {
  readonly static: Value;
}
export type TString = TUnsafe<string>;
export type TBoolean = TUnsafe<boolean>;
export type TNull = TUnsafe<null>;
export interface TUnion<Variants extends readonly TSchema[]> extends TSchema {
  readonly static: Variants[number]["static"];
}
export type TOptional<Schema extends TSchema> = Schema & { readonly optional: true };

type OptionalNames<Members> = {
  [Name in keyof Members]: Members[Name] extends { readonly optional: true } ? Name : never;
}[keyof Members];
export interface TObject<Members extends TProperties> extends TSchema {
  readonly static: {
    [Name in Exclude<keyof Members, OptionalNames<Members>>]: Members[Name]["static"];
  } & { [Name in OptionalNames<Members>]?: Members[Name]["static"] };
}
