import { ScriptFailure, type Place } from "./failure.ts";

/** What every part of a running script shares: how much it may still do, and where it is. */
export class Machine {
  /** The expression that is being evaluated: where a failure is reported. */
  at: Place = { line: 1, column: 1 };
  #stepsLeft: number;
  readonly #limit: number;

  constructor(stepLimit: number) {
    this.#limit = stepLimit;
    this.#stepsLeft = stepLimit;
  }

  /** Pays for work, and for memory: one step for an operation, a produced item or a produced character. */
  spend(steps = 1): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) throw new ScriptFailure(`the file takes more than ${this.#limit} steps`);
  }
}
