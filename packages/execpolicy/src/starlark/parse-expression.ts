import { parseFailure, type Place } from "./failure.ts";
import {
  BINARY_OPERATORS,
  type Argument,
  type Clause,
  type DictEntry,
  type Expression,
  type Parameter,
} from "./syntax.ts";
import type { TokenStream } from "./token-stream.ts";

/** `a, b` is a tuple; one expression alone is just that. */
export function parseExpressionList(tokens: TokenStream): Expression {
  const first = parseExpression(tokens);
  if (!tokens.is(",")) return first;
  const items = [first];
  while (tokens.accept(",") && startsExpression(tokens)) items.push(parseExpression(tokens));
  return { type: "tuple", items, at: first.at };
}

/** One expression: a conditional, a lambda or anything that binds closer. */
export function parseExpression(tokens: TokenStream): Expression {
  const at = tokens.current.at;
  if (tokens.accept("lambda")) {
    const parameters = parseParameters(tokens, ":");
    return { type: "lambda", parameters, body: parseExpression(tokens), at };
  }
  const value = parseOperators(tokens, OR_LEVEL);
  if (!tokens.accept("if")) return value;
  const test = parseOperators(tokens, OR_LEVEL);
  tokens.expect("else");
  return { type: "conditional", test, value, otherwise: parseExpression(tokens), at };
}

function startsExpression(tokens: TokenStream): boolean {
  const { type } = tokens.current;
  if (type === "name" || type === "int" || type === "string" || type === "format") return true;
  return ["(", "[", "{", "-", "+", "not", "lambda"].some((text) => tokens.is(text));
}

/** How close an operator binds: those of a higher level take their operands first. */
const LEVELS: ReadonlyMap<string, number> = new Map([
  ["or", 1],
  ["and", 2],
  ...["==", "!=", "<", ">", "<=", ">=", "in", "not"].map((operator): [string, number] => [operator, 4]),
  ["|", 5],
  ["+", 6],
  ["-", 6],
  ["*", 7],
  ["//", 7],
  ["%", 7],
]);
const OR_LEVEL = 1;
/** `not x` takes everything that binds closer than `and`. */
const NOT_LEVEL = 3;
const COMPARISON_LEVEL = 4;

/** Operands joined by operators of this level or a higher one. All of them associate to the left. */
function parseOperators(tokens: TokenStream, minimum: number): Expression {
  let left = parseUnary(tokens, minimum);
  for (;;) {
    const { current } = tokens;
    const text = current.type === "operator" || current.type === "keyword" ? current.text : "";
    const level = LEVELS.get(text) ?? 0;
    if (level < Math.max(minimum, OR_LEVEL)) return left;
    const at = tokens.take().at;
    const operator = text === "not" ? expectNotIn(tokens) : text;
    left = join(operator, left, parseOperators(tokens, level + 1), at);
    if (level === COMPARISON_LEVEL && isComparison(tokens)) {
      throw parseFailure("comparisons do not chain; use `and`", tokens.current.at);
    }
  }
}

function join(operator: string, left: Expression, right: Expression, at: Place): Expression {
  if (operator === "and" || operator === "or") return { type: "logical", operator, left, right, at };
  const known = BINARY_OPERATORS.find((candidate) => candidate === operator);
  if (known === undefined) throw parseFailure(`unexpected operator \`${operator}\``, at);
  return { type: "binary", operator: known, left, right, at };
}

function expectNotIn(tokens: TokenStream): "not in" {
  tokens.expect("in");
  return "not in";
}

function isComparison({ current }: TokenStream): boolean {
  return (current.type === "operator" || current.type === "keyword") && LEVELS.get(current.text) === COMPARISON_LEVEL;
}

function parseUnary(tokens: TokenStream, minimum: number): Expression {
  const { current } = tokens;
  if (current.type !== "operator" && current.type !== "keyword") return parseSuffixes(tokens);
  const at = current.at;
  if (minimum <= NOT_LEVEL && tokens.accept("not")) {
    return { type: "unary", operator: "not", operand: parseOperators(tokens, NOT_LEVEL), at };
  }
  for (const operator of ["-", "+"] as const) {
    if (tokens.accept(operator)) return { type: "unary", operator, operand: parseUnary(tokens, COMPARISON_LEVEL), at };
  }
  return parseSuffixes(tokens);
}

/** A value with calls, indexes and attributes behind it. */
function parseSuffixes(tokens: TokenStream): Expression {
  let value = parseOperand(tokens);
  for (;;) {
    const at = tokens.current.at;
    if (tokens.accept(".")) {
      value = { type: "attribute", object: value, name: tokens.expectName().name, at };
    } else if (tokens.accept("(")) {
      // A call stands where its callee stands: that is what an editor should jump to.
      value = { type: "call", callee: value, args: parseArguments(tokens), at: value.at };
    } else if (tokens.accept("[")) {
      value = parseIndex(tokens, value, at);
    } else {
      return value;
    }
  }
}

function parseIndex(tokens: TokenStream, object: Expression, at: Place): Expression {
  const bounds: (Expression | null)[] = [null];
  let colons = 0;
  while (!tokens.is("]")) {
    if (colons < 2 && tokens.accept(":")) {
      colons += 1;
      bounds.push(null);
    } else if (bounds.at(-1) === null) {
      bounds[bounds.length - 1] = colons === 0 ? parseExpressionList(tokens) : parseExpression(tokens);
    } else {
      throw tokens.unexpected("`]`");
    }
  }
  const [start = null, stop = null, step = null] = bounds;
  if (colons === 0 && start === null) throw tokens.unexpected("an expression");
  tokens.expect("]");
  if (colons === 0 && start !== null) return { type: "index", object, index: start, at };
  return { type: "slice", object, start, stop, step, at };
}

function parseArguments(tokens: TokenStream): Argument[] {
  const args: Argument[] = [];
  while (!tokens.accept(")")) {
    const argument = parseArgument(tokens);
    const previous = args.at(-1)?.type;
    if (argument.type === "positional" && previous !== undefined && previous !== "positional") {
      throw parseFailure("positional argument after a named one", argument.value.at);
    }
    if (argument.type === "named" && args.some((other) => other.type === "named" && other.name === argument.name)) {
      throw parseFailure(`argument \`${argument.name}\` is given twice`, argument.value.at);
    }
    args.push(argument);
    if (!tokens.is(")")) tokens.expect(",");
  }
  return args;
}

function parseArgument(tokens: TokenStream): Argument {
  if (tokens.accept("*")) return { type: "spread", value: parseExpression(tokens) };
  if (tokens.accept("**")) return { type: "spreadNamed", value: parseExpression(tokens) };
  const value = parseExpression(tokens);
  if (value.type !== "name" || !tokens.accept("=")) return { type: "positional", value };
  return { type: "named", name: value.name, value: parseExpression(tokens) };
}

function parseOperand(tokens: TokenStream): Expression {
  const { current } = tokens;
  const at = current.at;
  switch (current.type) {
    case "name":
      tokens.take();
      return { type: "name", name: current.text, at };
    case "int":
    case "string":
      tokens.take();
      if (tokens.current.type === "string" || tokens.current.type === "format") {
        throw parseFailure("strings are joined with `+`", tokens.current.at);
      }
      return { type: "literal", value: current.value, at };
    case "format":
      tokens.take();
      return { type: "format", parts: current.parts, at };
    default:
      if (tokens.accept("(")) return parseParenthesised(tokens, at);
      if (tokens.accept("[")) return parseListDisplay(tokens, at);
      if (tokens.accept("{")) return parseDictDisplay(tokens, at);
      throw tokens.unexpected("an expression");
  }
}

function parseParenthesised(tokens: TokenStream, at: Place): Expression {
  if (tokens.accept(")")) return { type: "tuple", items: [], at };
  const value = parseExpressionList(tokens);
  tokens.expect(")");
  return value;
}

function parseListDisplay(tokens: TokenStream, at: Place): Expression {
  const items: Expression[] = [];
  while (!tokens.accept("]")) {
    items.push(parseExpression(tokens));
    if (items.length === 1 && tokens.is("for")) {
      const [item] = items;
      const clauses = parseClauses(tokens);
      tokens.expect("]");
      if (item !== undefined) return { type: "listComprehension", item, clauses, at };
    }
    if (!tokens.is("]")) tokens.expect(",");
  }
  return { type: "list", items, at };
}

function parseDictDisplay(tokens: TokenStream, at: Place): Expression {
  const entries: DictEntry[] = [];
  while (!tokens.accept("}")) {
    const key = parseExpression(tokens);
    tokens.expect(":");
    const entry = { key, value: parseExpression(tokens) };
    entries.push(entry);
    if (entries.length === 1 && tokens.is("for")) {
      const clauses = parseClauses(tokens);
      tokens.expect("}");
      return { type: "dictComprehension", entry, clauses, at };
    }
    if (!tokens.is("}")) tokens.expect(",");
  }
  return { type: "dict", entries, at };
}

function parseClauses(tokens: TokenStream): Clause[] {
  const clauses: Clause[] = [];
  for (;;) {
    if (tokens.accept("for")) {
      const target = parseTarget(tokens);
      tokens.expect("in");
      clauses.push({ type: "for", target, iterable: parseOperators(tokens, OR_LEVEL) });
    } else if (tokens.accept("if")) {
      clauses.push({ type: "if", test: parseOperators(tokens, OR_LEVEL) });
    } else {
      return clauses;
    }
  }
}

/** What a `for` assigns to: names, alone or as a tuple. Stops before `in`, which is an operator elsewhere. */
export function parseTarget(tokens: TokenStream): Expression {
  const first = parseSuffixes(tokens);
  const items = [first];
  let isTuple = false;
  while (tokens.accept(",")) {
    isTuple = true;
    if (tokens.is("in")) break;
    items.push(parseSuffixes(tokens));
  }
  const target: Expression = isTuple ? { type: "tuple", items, at: first.at } : first;
  checkTarget(target);
  return target;
}

/** @throws ScriptFailure when nothing can be assigned to this expression. */
export function checkTarget(target: Expression): void {
  if (target.type === "tuple" || target.type === "list") {
    for (const item of target.items) checkTarget(item);
  } else if (target.type !== "name" && target.type !== "index") throw parseFailure("cannot assign to this", target.at);
}

/** Parameters up to `end`, which is taken. */
export function parseParameters(tokens: TokenStream, end: ")" | ":"): Parameter[] {
  const parameters: Parameter[] = [];
  while (!tokens.accept(end)) {
    const parameter = parseParameter(tokens);
    if (parameters.some((other) => other.name === parameter.name)) {
      throw parseFailure(`parameter \`${parameter.name}\` is declared twice`, parameter.at);
    }
    checkOrder(parameters, parameter);
    parameters.push(parameter);
    if (!tokens.is(end)) tokens.expect(",");
  }
  return parameters;
}

function parseParameter(tokens: TokenStream): Parameter {
  const type = tokens.accept("**") ? "restNamed" : tokens.accept("*") ? "rest" : "plain";
  // A lone `*` takes nothing; what follows it can only be given by name.
  if (type === "rest" && (tokens.is(",") || tokens.is(")") || tokens.is(":"))) {
    return { type, name: "*", byDefault: null, at: tokens.current.at };
  }
  const { name, at } = tokens.expectName();
  const byDefault = type === "plain" && tokens.accept("=") ? parseExpression(tokens) : null;
  return { type, name, byDefault, at };
}

function checkOrder(before: readonly Parameter[], parameter: Parameter): void {
  if (before.some((other) => other.type === "restNamed")) throw parseFailure("nothing can follow `**`", parameter.at);
  const hasRest = before.some((other) => other.type === "rest");
  if (parameter.type === "rest" && hasRest) throw parseFailure("only one `*` is possible", parameter.at);
  const isOptionalBefore = before.some((other) => other.byDefault !== null);
  if (parameter.type === "plain" && parameter.byDefault === null && isOptionalBefore && !hasRest) {
    throw parseFailure("parameter without a default after one with a default", parameter.at);
  }
}
