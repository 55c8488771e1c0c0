import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";

/** `cloud`: not ours, and says so whatever stands behind it. Source: command line spec, section 1. */
export function registerCloud(cloud: Command, { run }: CommandSetup): void {
  cloud
    .argument("[words...]", "whatever was meant for the browser of cloud tasks")
    .allowUnknownOption()
    .addHelpText(
      "after",
      `
Example:
  heddle cloud   says what to use instead

Exit codes: 1 always, 0 for this help.`,
    )
    .action(() =>
      run(async () => {
        const { refuseCloud } = await import("../commands/cloud.ts");
        return refuseCloud();
      }),
    );
}
