import { assertNever } from "../assert-never.ts";
import { ScriptFailure, type Place } from "./failure.ts";
import type { Clause, Expression, Parameter, Statement } from "./syntax.ts";

/**
 * Checks before anything runs that every name means something, in branches that are never taken too.
 * @throws ScriptFailure `starlark-unknown-name`.
 */
export function checkNames(script: readonly Statement[], predeclared: Iterable<string>): void {
  const globals = new Set([...predeclared, ...assignedNames(script)]);
  checkStatements(script, [globals]);
}

/** The names that a block gives a value to, without those of the functions defined in it. */
export function assignedNames(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    switch (statement.type) {
      case "assign":
      case "augment":
        addTargets(statement.target, names);
        break;
      case "def":
        names.add(statement.name);
        break;
      case "for":
        addTargets(statement.target, names);
        for (const name of assignedNames(statement.body)) names.add(name);
        break;
      case "if":
        for (const name of assignedNames([...statement.body, ...statement.otherwise])) names.add(name);
        break;
      default:
        break;
    }
  }
  return names;
}

/** The names in the target of an assignment. */
export function targetNames(target: Expression): Set<string> {
  const names = new Set<string>();
  addTargets(target, names);
  return names;
}

function addTargets(target: Expression, names: Set<string>): void {
  if (target.type === "name") names.add(target.name);
  if (target.type === "tuple" || target.type === "list") for (const item of target.items) addTargets(item, names);
}

/** The scopes around a piece of code, the outermost first. */
type Scopes = readonly ReadonlySet<string>[];

function checkStatements(statements: readonly Statement[], scopes: Scopes): void {
  for (const statement of statements) checkStatement(statement, scopes);
}

function checkStatement(statement: Statement, scopes: Scopes): void {
  switch (statement.type) {
    case "assign":
    case "augment":
      checkExpressions([statement.target, statement.value], scopes);
      return;
    case "def":
      checkFunction(statement.parameters, assignedNames(statement.body), scopes, (inner) =>
        checkStatements(statement.body, inner),
      );
      return;
    case "for":
      checkExpressions([statement.target, statement.iterable], scopes);
      checkStatements(statement.body, scopes);
      return;
    case "if":
      checkExpressions([statement.test], scopes);
      checkStatements([...statement.body, ...statement.otherwise], scopes);
      return;
    case "expression":
    case "return":
      checkExpressions([statement.value], scopes);
      return;
    case "break":
    case "continue":
    case "pass":
      return;
    default:
      assertNever(statement);
  }
}

function checkFunction(
  parameters: readonly Parameter[],
  locals: ReadonlySet<string>,
  scopes: Scopes,
  checkBody: (scopes: Scopes) => void,
): void {
  checkExpressions(
    parameters.map((parameter) => parameter.byDefault),
    scopes,
  );
  checkBody([...scopes, new Set([...locals, ...parameters.map((parameter) => parameter.name)])]);
}

function checkExpressions(expressions: readonly (Expression | null)[], scopes: Scopes): void {
  for (const expression of expressions) if (expression !== null) checkExpression(expression, scopes);
}

function checkExpression(expression: Expression, scopes: Scopes): void {
  switch (expression.type) {
    case "literal":
      return;
    case "name":
      return checkName(expression.name, expression.at, scopes);
    case "format":
      for (const part of expression.parts) if ("name" in part) checkName(part.name, part.at, scopes);
      return;
    case "list":
    case "tuple":
      return checkExpressions(expression.items, scopes);
    case "dict":
      return checkExpressions(
        expression.entries.flatMap(({ key, value }) => [key, value]),
        scopes,
      );
    case "listComprehension":
      return checkExpression(expression.item, checkClauses(expression.clauses, scopes));
    case "dictComprehension":
      return checkExpressions([expression.entry.key, expression.entry.value], checkClauses(expression.clauses, scopes));
    case "unary":
      return checkExpression(expression.operand, scopes);
    case "binary":
    case "logical":
      return checkExpressions([expression.left, expression.right], scopes);
    case "conditional":
      return checkExpressions([expression.test, expression.value, expression.otherwise], scopes);
    case "attribute":
      return checkExpression(expression.object, scopes);
    case "index":
      return checkExpressions([expression.object, expression.index], scopes);
    case "slice":
      return checkExpressions([expression.object, expression.start, expression.stop, expression.step], scopes);
    case "call":
      checkExpression(expression.callee, scopes);
      return checkExpressions(
        expression.args.map((argument) => argument.value),
        scopes,
      );
    case "lambda":
      return checkFunction(expression.parameters, new Set(), scopes, (inner) =>
        checkExpression(expression.body, inner),
      );
    default:
      return assertNever(expression);
  }
}

/** The scopes that the item of a comprehension sees. */
function checkClauses(clauses: readonly Clause[], scopes: Scopes): Scopes {
  let inner = scopes;
  for (const clause of clauses) {
    if (clause.type === "if") {
      checkExpression(clause.test, inner);
      continue;
    }
    checkExpression(clause.iterable, inner);
    inner = [...inner, targetNames(clause.target)];
    checkExpression(clause.target, inner);
  }
  return inner;
}

function checkName(name: string, at: Place, scopes: Scopes): void {
  if (scopes.some((names) => names.has(name))) return;
  throw new ScriptFailure(`Variable \`${name}\` not found`, "starlark-unknown-name", at);
}
