import { either, integer, number, table, type NumberField } from "../field.ts";

/** A budget: a number is a hard limit, `{ soft, hard }` warns first. */
function budget<F extends NumberField>(amount: F, doc: string) {
  const bounds = table({ soft: amount, hard: amount }, { doc: "Warn at `soft`, stop at `hard`." });
  return either([amount, bounds], { expected: "a number or a table with `soft` and `hard`", doc });
}

const count = integer({ doc: "The limit." });
const amount = number({ doc: "The limit." });

const scope = (doc: string) =>
  table(
    {
      tokens: budget(count, "Tokens, in and out."),
      tool_calls: budget(count, "Calls of tools."),
      wall_seconds: budget(amount, "Time on the clock, in seconds."),
      usd: budget(amount, "Money, in US dollars, as far as prices are known."),
    },
    { doc },
  );

/** `[limits.turn]` and `[limits.thread]`. */
export const limitsField = table(
  { turn: scope("Budgets of one turn."), thread: scope("Budgets of a whole thread.") },
  { doc: "Budgets. At a soft limit there is one warning; at a hard one the turn ends as failed." },
);
