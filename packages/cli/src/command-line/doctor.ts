import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

/** `doctor`. Source: command line spec, section 1. */
export function registerDoctor(doctor: Command, { context, run }: CommandSetup): void {
  doctor
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  heddle doctor
  heddle doctor --json -c model_provider=ollama

The provider is asked once whether it answers, without a key; nothing else leaves the machine, and nothing is changed.
Exit codes: 0 nothing has failed, 1 something has, 2 wrong usage.`,
    )
    .action(async () => {
      const { json = false } = doctor.opts<{ json?: boolean }>();
      const overrides = overridesOf(doctor);
      await run(async () => {
        const { runDoctor } = await import("../commands/doctor.ts");
        return runDoctor(context, { overrides, json });
      });
    });
}
