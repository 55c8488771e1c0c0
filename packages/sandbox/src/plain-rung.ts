import { ESCALATION, helperArguments } from "./helper/arguments.ts";
import type { Confined, ConfinedLaunch, Rung } from "./rung.ts";
import { DESCRIPTORS } from "./process/launch.ts";
import { helperFailure } from "./status.ts";

/**
 * No sandbox, for `danger-full-access` alone. The helper, where it is there, does nothing but tie the life of the command
 * to ours, which Node cannot; without it, commands outlive a Heddle that is killed.
 */
export class PlainRung implements Rung {
  readonly level = "none";
  readonly #hasHelper: boolean;

  constructor({ hasHelper }: { readonly hasHelper: boolean }) {
    this.#hasHelper = hasHelper;
  }

  confine({ argv, program, terminal, asks }: Confined): ConfinedLaunch {
    const unconfined = { filter: null, release() {} };
    if (!this.#hasHelper) {
      const [file = program, ...args] = argv;
      const settle: ConfinedLaunch["settle"] = () => ({ setupFailure: null, tampered: [] });
      const other = { type: "other", file, args, hasFiles: false } as const;
      return { ...unconfined, program: other, hasTerminal: false, tree: "group", settle };
    }
    const escalation = asks ? ESCALATION : null;
    const tie = { watch: asks, terminal, escalation, filter: null, status: DESCRIPTORS.status, files: null };
    return {
      ...unconfined,
      program: { type: "helper", args: helperArguments({ ...tie, program, argv }) },
      hasTerminal: terminal !== null,
      tree: terminal === null && !asks ? "group" : "watched",
      settle: ({ exitCode, status }) => ({ setupFailure: helperFailure(exitCode, status), tampered: [] }),
    };
  }
}
