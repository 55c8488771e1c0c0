import type { Place } from "./failure.ts";

/** A piece of an f-string: text as it is, or the value of a variable. */
export type FormatPart =
  | { readonly text: string }
  | { readonly name: string; readonly repr: boolean; readonly at: Place };

export type UnaryOperator = "-" | "+" | "not";
/** Operators that take the values of both sides; `and` and `or` may do without the right one. */
export const BINARY_OPERATORS = [
  "+",
  "-",
  "*",
  "//",
  "%",
  "|",
  "==",
  "!=",
  "<",
  ">",
  "<=",
  ">=",
  "in",
  "not in",
] as const;
export type BinaryOperator = (typeof BINARY_OPERATORS)[number];

export type Expression = { readonly at: Place } & (
  | { readonly type: "literal"; readonly value: string | number }
  | { readonly type: "format"; readonly parts: readonly FormatPart[] }
  | { readonly type: "name"; readonly name: string }
  | { readonly type: "list" | "tuple"; readonly items: readonly Expression[] }
  | { readonly type: "dict"; readonly entries: readonly DictEntry[] }
  | { readonly type: "listComprehension"; readonly item: Expression; readonly clauses: readonly Clause[] }
  | { readonly type: "dictComprehension"; readonly entry: DictEntry; readonly clauses: readonly Clause[] }
  | { readonly type: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly type: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: "logical"; readonly operator: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
      readonly type: "conditional";
      readonly test: Expression;
      readonly value: Expression;
      readonly otherwise: Expression;
    }
  | { readonly type: "attribute"; readonly object: Expression; readonly name: string }
  | { readonly type: "index"; readonly object: Expression; readonly index: Expression }
  | {
      readonly type: "slice";
      readonly object: Expression;
      readonly start: Expression | null;
      readonly stop: Expression | null;
      readonly step: Expression | null;
    }
  | { readonly type: "call"; readonly callee: Expression; readonly args: readonly Argument[] }
  | { readonly type: "lambda"; readonly parameters: readonly Parameter[]; readonly body: Expression }
);

export interface DictEntry {
  readonly key: Expression;
  readonly value: Expression;
}

/** `for TARGET in ITERABLE` or `if TEST` of a comprehension. */
export type Clause =
  | { readonly type: "for"; readonly target: Expression; readonly iterable: Expression }
  | { readonly type: "if"; readonly test: Expression };

export type Argument =
  | { readonly type: "positional" | "spread" | "spreadNamed"; readonly value: Expression }
  | { readonly type: "named"; readonly name: string; readonly value: Expression };

/** `rest` is `*name`, `restNamed` is `**name`; what follows a `rest` can only be given by name. */
export interface Parameter {
  readonly type: "plain" | "rest" | "restNamed";
  readonly name: string;
  readonly byDefault: Expression | null;
  readonly at: Place;
}

export type Statement = { readonly at: Place } & (
  | { readonly type: "expression"; readonly value: Expression }
  | { readonly type: "assign"; readonly target: Expression; readonly value: Expression }
  | {
      readonly type: "augment";
      readonly target: Expression;
      readonly operator: BinaryOperator;
      readonly value: Expression;
    }
  | {
      readonly type: "if";
      readonly test: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly type: "for";
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
    }
  | {
      readonly type: "def";
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: readonly Statement[];
    }
  | { readonly type: "return"; readonly value: Expression | null }
  | { readonly type: "break" | "continue" | "pass" }
);
