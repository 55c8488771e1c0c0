import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";

/** `demo`. */
export function registerDemo(demo: Command, { context, run }: CommandSetup): void {
  demo.addHelpText("after", "\nExample:\n  heddle demo").action(() =>
    run(async () => {
      const { runDemoCommand } = await import("../commands/demo.ts");
      return runDemoCommand(context);
    }),
  );
}
