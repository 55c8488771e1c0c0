import { assertNever } from "../assert-never.ts";
import { assign, assignItem, evaluate, evaluateDefaults, forEachItem } from "./evaluate.ts";
import { createFunction } from "./function.ts";
import type { Machine } from "./machine.ts";
import { applyBinary, indexInto } from "./operators.ts";
import { assignedNames } from "./resolve.ts";
import type { Scope } from "./scope.ts";
import type { Statement } from "./syntax.ts";
import { checkMutable, isTrue, itemsOf, List, type Value } from "./values.ts";

/** How a statement ended: by itself, or by leaving the loop or function it is in. */
type Completion =
  | { readonly type: "normal" | "break" | "continue" }
  | { readonly type: "return"; readonly value: Value };

const NORMAL: Completion = { type: "normal" };

/** Runs statements one after the other until one leaves the block. */
export function execute(statements: readonly Statement[], scope: Scope, machine: Machine): Completion {
  for (const statement of statements) {
    const completion = executeOne(statement, scope, machine);
    if (completion.type !== "normal") return completion;
  }
  return NORMAL;
}

function executeOne(statement: Statement, scope: Scope, machine: Machine): Completion {
  machine.spend();
  machine.at = statement.at;
  switch (statement.type) {
    case "expression":
      evaluate(statement.value, scope, machine);
      return NORMAL;
    case "assign": {
      const value = evaluate(statement.value, scope, machine);
      machine.at = statement.at;
      assign(statement.target, value, scope, machine);
      return NORMAL;
    }
    case "augment":
      augment(statement, scope, machine);
      return NORMAL;
    case "if": {
      const block = isTrue(evaluate(statement.test, scope, machine)) ? statement.body : statement.otherwise;
      return execute(block, scope, machine);
    }
    case "for":
      return executeLoop(statement, scope, machine);
    case "def":
      define(statement, scope, machine);
      return NORMAL;
    case "return":
      return { type: "return", value: statement.value === null ? null : evaluate(statement.value, scope, machine) };
    case "break":
    case "continue":
      return { type: statement.type };
    case "pass":
      return NORMAL;
    default:
      return assertNever(statement);
  }
}

function executeLoop(loop: Extract<Statement, { type: "for" }>, scope: Scope, machine: Machine): Completion {
  let end = NORMAL;
  forEachItem(evaluate(loop.iterable, scope, machine), machine, (item) => {
    assign(loop.target, item, scope, machine);
    const completion = execute(loop.body, scope, machine);
    if (completion.type !== "break" && completion.type !== "return") return true;
    if (completion.type === "return") end = completion;
    return false;
  });
  return end;
}

function define(statement: Extract<Statement, { type: "def" }>, scope: Scope, machine: Machine): void {
  const { name, parameters, body } = statement;
  const run = (inner: Scope): Value => {
    const completion = execute(body, inner, machine);
    return completion.type === "return" ? completion.value : null;
  };
  const defaults = evaluateDefaults(parameters, scope, machine);
  scope.set(name, createFunction({ name, parameters, defaults, locals: assignedNames(body), scope, run }));
}

/** `target op= value`. A list is changed in place by `+=`. */
function augment(statement: Extract<Statement, { type: "augment" }>, scope: Scope, machine: Machine): void {
  const { target, operator, value } = statement;
  const object = target.type === "index" ? evaluate(target.object, scope, machine) : null;
  const index = target.type === "index" ? evaluate(target.index, scope, machine) : null;
  const before = target.type === "index" ? indexInto(object, index, machine) : evaluate(target, scope, machine);
  const added = evaluate(value, scope, machine);
  machine.at = statement.at;
  if (operator === "+" && before instanceof List) {
    checkMutable(before);
    const items = [...itemsOf(added)];
    machine.spend(items.length);
    for (const item of items) before.items.push(item);
    return;
  }
  const after = applyBinary(operator, before, added, machine);
  if (target.type === "index") assignItem(object, index, after);
  else assign(target, after, scope, machine);
}
