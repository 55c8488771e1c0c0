import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";

interface ImportFlags {
  readonly from?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `import codex`. Source: command line spec, section 1. */
export function registerImport(parent: Command, { context, run }: CommandSetup): void {
  const codex = parent
    .command("codex")
    .description("copy configuration, instructions, rules, prompts, skills and threads of Codex CLI")
    .option("--from <dir>", "its home (default: ~/.codex)")
    .option("--dry-run", "say what would be copied, and copy nothing")
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      `
Examples:
  heddle import codex --dry-run
  heddle import codex --from ~/.codex

Nothing is changed there, and nothing of yours is overwritten. Logins are not copied.
Exit codes: 0 done, 1 a file could not be copied or there is nothing to import from, 2 wrong usage.`,
    )
    .action(async () => {
      const { from = null, dryRun = false, json = false } = codex.opts<ImportFlags>();
      await run(async () => {
        const { runImportCodex } = await import("../commands/import-codex.ts");
        return runImportCodex(context, { from, dryRun, json });
      });
    });
}
