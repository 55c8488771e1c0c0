import type { ScopeLimits } from "@heddle/config";
import type { TurnId, UserInput } from "@heddle/protocol";
import type { TurnSpending } from "../limits/spending.ts";
import type { TurnWork } from "../turn/turn-work.ts";
import type { ModelAccess } from "../settings/model-access.ts";

/** What a turn is started with. */
export interface TurnOrder {
  readonly id: TurnId;
  readonly work: TurnWork;
  readonly access: ModelAccess;
  /** Narrower ones than the configuration's; null when nothing was said. */
  readonly limits: ScopeLimits | null;
  /** Whether clients have been told of its start. */
  readonly announced: boolean;
  /** Turn ids that were given to input which it has taken over: they end with it. */
  readonly joined: TurnId[];
}

/** A turn that has begun, with what may change while it runs. */
export interface RunningTurn extends Omit<TurnOrder, "limits"> {
  readonly abort: AbortController;
  /** Those of the configuration and of everybody who gave input. */
  limits: ScopeLimits;
  /** Null before the turn runs. */
  spending: TurnSpending | null;
  /** Input that came while it ran and has not been taken yet, with the turn id that it was given, if it was. */
  readonly pending: { readonly input: readonly UserInput[]; readonly id: TurnId | null }[];
  /** Called when the turn has stopped, before its last event. */
  readonly onStopped: (() => void)[];
  readonly ended: Promise<void>;
}

/** Answers who waits for a turn to stop, and who joins them while they are answered: all before its last event. */
export async function tellStopped({ onStopped }: RunningTurn): Promise<void> {
  while (onStopped.length > 0) {
    for (const resolve of onStopped.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
