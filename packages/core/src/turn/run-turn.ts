import { ModelError, type ModelFailure } from "@heddle/models";
import { itemId, type UserInput } from "@heddle/protocol";
import { compactIfFull, makeRoom } from "../compaction/auto-compact.ts";
import { toContentItems } from "../context/user-input.ts";
import type { TurnOutcome } from "../thread/events.ts";
import { TurnInterrupted } from "../tools/tool.ts";
import { toTurnError } from "./errors.ts";
import { dropNewImages } from "./invalid-images.ts";
import { sample, type SampleResult } from "./sample.ts";
import type { TurnScope } from "./scope.ts";

/**
 * Runs a turn until the model asks for no tool and nobody has said anything more. Never rejects: a failure is an
 * outcome, after its `turnFailed` event. What is said while the turn runs joins it before the next model request;
 * a turn that ends early keeps what nobody has read yet, so that the model sees it in the next one.
 */
export async function runTurn(input: readonly UserInput[], scope: TurnScope): Promise<TurnOutcome> {
  return goOn(scope, () => recordUserMessage(input, scope));
}

/**
 * Goes on with a turn that was cut off, from where its history has come to. Never rejects.
 * @param isDone the model has said all that it wanted to: only the end was missing.
 */
export async function continueTurn(isDone: boolean, scope: TurnScope): Promise<TurnOutcome> {
  return isDone ? { status: "completed" } : goOn(scope, () => Promise.resolve());
}

async function goOn(scope: TurnScope, begin: () => Promise<void>): Promise<TurnOutcome> {
  const callOffPreparation = scope.toolContext.changes.prepareSoon();
  try {
    await begin();
    await compactIfFull(scope);
    for (;;) {
      await recordPending(scope);
      scope.spending.mayGoOn();
      scope.signal.throwIfAborted();
      const { followUp, lastMessage } = await sampleOnceMore(scope);
      endStep(followUp, scope);
      const history = scope.history.items; // a compaction puts other items in their place
      await compactIfFull(scope);
      if (followUp) continue;
      const said = scope.takePending();
      if (said.length === 0) {
        scope.notify({ history, answer: lastMessage });
        return { status: "completed" };
      }
      for (const message of said) await recordUserMessage(message, scope);
    }
  } catch (error) {
    endStep(true, scope);
    await recordPending(scope);
    if (scope.signal.aborted || error instanceof TurnInterrupted) return { status: "interrupted" };
    const turnError = toTurnError(error);
    scope.emit({ type: "turnFailed", turnId: scope.turnId, error: turnError });
    return { status: "failed", error: turnError };
  } finally {
    callOffPreparation();
  }
}

/**
 * A response. Where the model refuses the thread as too long it is compacted, and where it cannot read an image the new
 * ones are taken out; then it is asked once more.
 */
async function sampleOnceMore(scope: TurnScope): Promise<SampleResult> {
  try {
    return await sample(scope);
  } catch (error) {
    if (!(error instanceof ModelError) || !(await canBeMended(error.failure, scope))) throw error;
    return sample(scope);
  }
}

async function canBeMended(failure: ModelFailure, scope: TurnScope): Promise<boolean> {
  switch (failure.kind) {
    case "contextWindowExceeded":
      return makeRoom(scope);
    case "invalidImage":
      return dropNewImages(scope);
    default:
      return false;
  }
}

/** Puts into the log how far the turn has come, and what it has used. */
function endStep(followUp: boolean, { emit, turnId, spending }: TurnScope): void {
  emit({ type: "stepEnded", turnId, followUp, spent: spending.spent() });
}

async function recordPending(scope: TurnScope): Promise<void> {
  for (const message of scope.takePending()) await recordUserMessage(message, scope);
}

/**
 * A message of the user, for the model and as an item, with the texts of the skills that it names behind it. Local images
 * and skills are read here, at the start.
 */
async function recordUserMessage(input: readonly UserInput[], scope: TurnScope): Promise<void> {
  const [{ content, wireInput }, { messages, complaints }] = await Promise.all([
    toContentItems([...input], { cwd: scope.settings.cwd }),
    scope.readNamedSkills(input),
  ]);
  scope.items.add({ type: "userMessage", id: itemId(scope.newId()), content: wireInput });
  const problems = complaints.map((text) => ({ type: "input_text" as const, text }));
  scope.record({ type: "message", role: "user", content: [...content, ...problems] });
  for (const message of messages) scope.record(message);
  for (const message of complaints) scope.emit({ type: "warning", turnId: scope.turnId, message });
}
