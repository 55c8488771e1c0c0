import { parseFailure } from "./failure.ts";
import { checkTarget, parseExpression, parseExpressionList, parseParameters, parseTarget } from "./parse-expression.ts";
import type { BinaryOperator, Statement } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

/** Parses a whole script. @throws ScriptFailure `starlark-parse`. */
export function parseScript(source: string): Statement[] {
  const tokens = new TokenStream(source);
  const statements: Statement[] = [];
  while (!tokens.isAt("end")) statements.push(...parseStatement(tokens, { inFunction: false, inLoop: false }));
  return statements;
}

/** What surrounds a statement: where `return`, `break` and `continue` make sense. */
interface Surroundings {
  readonly inFunction: boolean;
  readonly inLoop: boolean;
}

/** One compound statement, or the simple statements of one line. */
function parseStatement(tokens: TokenStream, around: Surroundings): Statement[] {
  const at = tokens.current.at;
  if (tokens.accept("if")) return [parseIf(tokens, around)];
  if (tokens.accept("for")) {
    const target = parseTarget(tokens);
    tokens.expect("in");
    const iterable = parseExpressionList(tokens);
    return [{ type: "for", target, iterable, body: parseBlock(tokens, { ...around, inLoop: true }), at }];
  }
  if (tokens.accept("def")) {
    const { name } = tokens.expectName();
    tokens.expect("(");
    const parameters = parseParameters(tokens, ")");
    return [{ type: "def", name, parameters, body: parseBlock(tokens, { inFunction: true, inLoop: false }), at }];
  }
  return parseLine(tokens, around);
}

/** Behind `if` or `elif`. */
function parseIf(tokens: TokenStream, around: Surroundings): Statement {
  const at = tokens.current.at;
  const test = parseExpression(tokens);
  const body = parseBlock(tokens, around);
  if (tokens.accept("elif")) return { type: "if", test, body, otherwise: [parseIf(tokens, around)], at };
  return { type: "if", test, body, otherwise: tokens.accept("else") ? parseBlock(tokens, around) : [], at };
}

/** `:` and what belongs to it: the rest of the line, or an indented block. */
function parseBlock(tokens: TokenStream, around: Surroundings): Statement[] {
  tokens.expect(":");
  if (!tokens.isAt("newline")) return parseLine(tokens, around);
  tokens.take();
  tokens.expectType("indent", "an indented block");
  const statements: Statement[] = [];
  while (!tokens.isAt("dedent")) statements.push(...parseStatement(tokens, around));
  tokens.take();
  return statements;
}

function parseLine(tokens: TokenStream, around: Surroundings): Statement[] {
  const statements: Statement[] = [];
  do {
    statements.push(parseSimpleStatement(tokens, around));
  } while (tokens.accept(";") && !tokens.isAt("newline"));
  tokens.expectType("newline", "end of line");
  return statements;
}

const AUGMENTED = new Map<string, BinaryOperator>([
  ["+=", "+"],
  ["-=", "-"],
  ["*=", "*"],
  ["//=", "//"],
  ["%=", "%"],
  ["|=", "|"],
]);

function parseSimpleStatement(tokens: TokenStream, { inFunction, inLoop }: Surroundings): Statement {
  const at = tokens.current.at;
  if (tokens.accept("pass")) return { type: "pass", at };
  for (const type of ["break", "continue"] as const) {
    if (!tokens.accept(type)) continue;
    if (!inLoop) throw parseFailure(`\`${type}\` outside of a loop`, at);
    return { type, at };
  }
  if (tokens.accept("return")) {
    if (!inFunction) throw parseFailure("`return` outside of a function", at);
    const isBare = tokens.isAt("newline") || tokens.is(";");
    return { type: "return", value: isBare ? null : parseExpressionList(tokens), at };
  }
  if (tokens.is("load")) throw parseFailure("`load` is not available: every rule file stands for itself", at);
  return parseAssignment(tokens);
}

function parseAssignment(tokens: TokenStream): Statement {
  const value = parseExpressionList(tokens);
  const at = tokens.current.at;
  if (tokens.accept("=")) {
    checkTarget(value);
    return { type: "assign", target: value, value: parseExpressionList(tokens), at };
  }
  for (const [text, operator] of AUGMENTED) {
    if (!tokens.accept(text)) continue;
    checkTarget(value);
    if (value.type !== "name" && value.type !== "index") throw parseFailure(`cannot use \`${text}\` on this`, at);
    return { type: "augment", target: value, operator, value: parseExpressionList(tokens), at };
  }
  return { type: "expression", value, at };
}
