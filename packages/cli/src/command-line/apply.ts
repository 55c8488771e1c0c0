import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

/** `apply`. Source: command line spec, section 1. */
export function registerApply(apply: Command, { context, run }: CommandSetup): void {
  apply
    .argument("<task>", "the id of the cloud task")
    .addHelpText(
      "after",
      `
Example:
  heddle apply task_e_6912a0c3d4e5

It takes a ChatGPT login, and a git repository to stand in. Exit code 1, with what git says, when the change does not fit.`,
    )
    .action((task: string) =>
      run(async () => {
        const { applyTask } = await import("../commands/apply.ts");
        return applyTask(context, { task, overrides: overridesOf(apply) });
      }),
    );
}
