import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

interface UndoFlags {
  readonly turn?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `undo`: what a thread changed in files, by patches and by commands. */
export function registerUndo(undo: Command, { context, run }: CommandSetup): void {
  undo
    .argument("[thread]", "the thread (default: the newest one that worked in this folder)")
    .option("--turn <id>", "this turn and all behind it (default: the last turn that changed a file)")
    .option("--dry-run", "say what would happen, with a diff, and touch nothing")
    .option("--json", "one line of JSON, as thread/rewindFiles answers")
    .addHelpText(
      "after",
      `
All of it is taken back or nothing: where somebody else has changed one of the files since, they are listed and left.
What was said in the thread stays; the model is told. Your git is not touched.

Examples:
  heddle undo --dry-run            what the last turn changed here
  heddle undo                      take it back
  heddle undo 019a...c1 --turn 3   everything since turn 3 of that thread

Exit codes: 0 taken back or shown, 1 refused, failed or nothing to take back, 2 wrong usage.`,
    )
    .action(async (thread: string | undefined) => {
      const { turn = null, dryRun = false, json = false } = undo.opts<UndoFlags>();
      const overrides = overridesOf(undo);
      await run(async () => {
        const { runUndo } = await import("../commands/undo.ts");
        return runUndo(context, { thread: thread ?? null, turn, dryRun, json, overrides });
      });
    });
}
