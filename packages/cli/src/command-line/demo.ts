import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";

/** `demo`. */
export function registerDemo(demo: Command, { context, run }: CommandSetup): void {
  const codes = "Exit codes: 0 the job is done, 1 it is not, 2 wrong usage, 70 no usable sandbox, 130 interrupted.";
  demo.addHelpText("after", `\nExample:\n  heddle demo\n\n${codes}`).action(() =>
    run(async () => {
      const { runDemoCommand } = await import("../commands/demo.ts");
      return runDemoCommand(context);
    }),
  );
}
