import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

/** `acp`: the Agent Client Protocol for editors. */
export function registerAcp(acp: Command, { context, run }: CommandSetup): void {
  acp
    .addHelpText(
      "after",
      `
Editors start it themselves; docs/editors.md has the line of configuration for each.

Examples:
  heddle acp < /dev/null
  heddle acp -c model=gpt-5.1-codex < /dev/null

Exit codes: 0 the editor has gone, 1 it could not begin, 2 wrong usage.`,
    )
    .action(async () => {
      const overrides = overridesOf(acp);
      await run(async () => {
        const { runAcp } = await import("../commands/acp.ts");
        return runAcp(context, overrides);
      });
    });
}
