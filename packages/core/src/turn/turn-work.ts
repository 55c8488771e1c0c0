import type { JsonValue, ReviewTarget, TurnId, UserInput } from "@heddle/protocol";
import { runCompaction } from "../compaction/run-compaction.ts";
import { reviewLabel } from "../review/review-target.ts";
import { runReview } from "../review/run-review.ts";
import type { ThreadEvent, TurnOutcome } from "../thread/events.ts";
import { runShellCommand, type ShellCommand } from "./run-shell-command.ts";
import { continueTurn, runTurn } from "./run-turn.ts";
import type { UnfinishedTurn } from "../thread/unfinished-turn.ts";
import type { TurnScope } from "./scope.ts";

/** What a turn does. Only one that works on input takes more of it while it runs. */
export type TurnWork =
  | {
      readonly type: "input";
      readonly input: readonly UserInput[];
      readonly outputSchema: JsonValue;
      /** The turn that it goes on with, instead of beginning with input; else null. */
      readonly continues: UnfinishedTurn | null;
    }
  | { readonly type: "compaction" }
  | { readonly type: "review"; readonly target: ReviewTarget }
  | { readonly type: "shellCommand"; readonly command: ShellCommand };

/** Does it. Never rejects: a failure is an outcome, after its event. */
export function runWork(work: TurnWork, scope: TurnScope): Promise<TurnOutcome> {
  switch (work.type) {
    case "input":
      return work.continues === null ? runTurn(work.input, scope) : continueTurn(work.continues.isDone, scope);
    case "compaction":
      return runCompaction(scope);
    case "review":
      return runReview(work.target, scope);
    case "shellCommand":
      return runShellCommand(work.command, scope);
  }
}

/** The first event of a turn. */
export function startOf({ id, work }: { readonly id: TurnId; readonly work: TurnWork }): ThreadEvent {
  const start = { type: "turnStarted", turnId: id } as const;
  return work.type === "review" ? { ...start, review: reviewLabel(work.target) } : start;
}
