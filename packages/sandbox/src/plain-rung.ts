import { closeSync } from "node:fs";
import { WRAPPER_SOCKET } from "./escalation/escalation.ts";
import { helperArguments } from "./helper/arguments.ts";
import type { Confined, ConfinedLaunch, Rung } from "./rung.ts";
import { helperFailure } from "./status.ts";
import { openUnnamedFile } from "./unnamed-file.ts";

// The numbers that descriptors have in the child.
const HELPER = 3;
const STATUS = 4;
const CONTROL = 5;

export interface PlainOptions {
  /** An open file with the helper; stays the caller's. Null: there is none. */
  readonly helper: number | null;
  readonly stateDir: string;
}

/**
 * No sandbox, for `danger-full-access` alone. The helper, where it is there, does nothing but tie the life of the command
 * to ours, which Node cannot; without it, commands outlive a Heddle that is killed.
 */
export class PlainRung implements Rung {
  readonly level = "none";
  readonly #options: PlainOptions;

  constructor(options: PlainOptions) {
    this.#options = options;
  }

  confine({ argv, program, terminal, wrappers }: Confined): ConfinedLaunch {
    const { helper, stateDir } = this.#options;
    if (helper === null) {
      const [file = program, ...args] = argv;
      const settle: ConfinedLaunch["settle"] = () => ({ setupFailure: null, tampered: [] });
      return { file, args, descriptors: [], hasTerminal: false, tree: "group", settle, release() {} };
    }
    const status = openUnnamedFile(stateDir);
    const escalation = wrappers === null ? null : { control: CONTROL, socket: WRAPPER_SOCKET };
    const watch = escalation !== null;
    const tie = { watch, terminal, escalation, parent: process.pid, filter: null, status: STATUS, files: null };
    return {
      file: `/proc/self/fd/${HELPER}`,
      args: helperArguments({ ...tie, program, argv }),
      descriptors: [helper, status, wrappers],
      hasTerminal: terminal !== null,
      tree: terminal === null && !watch ? "group" : "watched",
      settle: ({ exitCode }) => ({ setupFailure: helperFailure(exitCode, status), tampered: [] }),
      release: () => closeSync(status),
    };
  }

  close(): void {}
}
