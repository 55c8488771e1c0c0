import type { Command } from "commander";
import type { ExecOptions } from "../exec/options.ts";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";
import { toExecOptions, type ParsedExecOptions } from "./exec-options.ts";
import { optionsOf, refuseConflicts } from "./thread-options.ts";

/** Runs `exec` as this command was called. */
export async function runExec(
  command: Command,
  { context, run }: CommandSetup,
  work: Pick<ExecOptions, "target" | "prompt">,
): Promise<void> {
  refuseConflicts(command);
  const options = toExecOptions(optionsOf<ParsedExecOptions>(command), work);
  await run(async () => {
    const { runExecCommand } = await import("../commands/exec.ts");
    return runExecCommand(context, options, overridesOf(command));
  });
}
