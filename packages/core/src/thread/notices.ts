import type { Deprecation } from "@heddle/config";
import type { TurnId } from "@heddle/protocol";
import type { Sandbox } from "@heddle/sandbox";
import { sandboxWeakness } from "../turn/weak-sandbox.ts";
import type { ThreadLog } from "./log.ts";

/** What people are told once in the life of a loaded thread. */
export interface ThreadNotices {
  /** A turn begins: what was left out of the thread's instructions, and what its configuration says in an old way. */
  turnBegins(turnId: TurnId): void;
  /** A turn asks a model, which may be another one than a resumed thread was recorded with. */
  usesModel(model: string, turnId: TurnId): void;
  /** A model is used whose price is not known; once for each. */
  unknownPrice(model: string, message: string, turnId: TurnId): void;
  /**
   * A command needs the sandbox, which may confine it less than its policy says, or not at all: then each of them will be
   * asked about or refused. Not before one needs it: trying out takes processes, and many turns run no command.
   */
  needsSandbox(): void;
}

export function createThreadNotices(options: {
  readonly log: ThreadLog;
  readonly sandbox: Sandbox;
  /** What of the instructions was left out. */
  readonly omissions: readonly string[];
  readonly deprecations: readonly Deprecation[];
  /** The model of a resumed thread's last turn; null for any other thread. */
  readonly recordedModel: string | null;
}): ThreadNotices {
  const { log, sandbox } = options;
  const omissions = [...options.omissions];
  const deprecations = [...options.deprecations];
  const pricesTold = new Set<string>();
  let { recordedModel } = options;
  let knowsSandbox = false;
  const warn = (turnId: TurnId | null, message: string): void => log.emit({ type: "warning", turnId, message });
  return {
    turnBegins(turnId) {
      for (const message of omissions.splice(0)) warn(turnId, message);
      for (const deprecation of deprecations.splice(0)) log.emit({ type: "deprecationNoted", ...deprecation });
    },
    usesModel(model, turnId) {
      const recorded = recordedModel;
      recordedModel = null;
      if (recorded !== null && recorded !== model) warn(turnId, otherModel(recorded, model));
    },
    unknownPrice(model, message, turnId) {
      if (pricesTold.has(model)) return;
      pricesTold.add(model);
      warn(turnId, message);
    },
    needsSandbox() {
      if (knowsSandbox) return;
      knowsSandbox = true;
      void sandboxWeakness(sandbox).then((message) => {
        if (message !== null) warn(null, message);
      });
    },
  };
}

function otherModel(recorded: string, model: string): string {
  return `this thread was recorded with the model \`${recorded}\` and goes on with \`${model}\`, which may do worse with what another model has written; choose \`${recorded}\` to go on as before`;
}
