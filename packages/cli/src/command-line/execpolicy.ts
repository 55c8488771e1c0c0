import type { Command } from "commander";
import { COMMAND_WORDS } from "./command-words.ts";
import type { CommandSetup } from "./command.ts";
import { append } from "./option-kinds.ts";

/** `execpolicy check`. Source: exec policy spec, section 3. */
export function registerExecpolicy(execpolicy: Command, setup: CommandSetup): void {
  registerCheck(execpolicy, setup);
}

function registerCheck(parent: Command, { context, words, run }: CommandSetup): void {
  const check = parent
    .command("check")
    .description("print as JSON which rules of some files match a command, and what they say together")
    .usage("-p <file>... [--pretty] [--] <argv...>")
    .argument(`[${COMMAND_WORDS}...]`, "the command, taken as it is; `--` may stand before it")
    .requiredOption("-p, --policy <file>", "a rule file (repeatable, in this order)", append)
    .option("--pretty", "indent the JSON")
    .addHelpText(
      "after",
      `
Example:
  printf 'prefix_rule(["git", "push"], decision = "prompt")\\n' > team.codexpolicy
  heddle execpolicy check --policy team.codexpolicy git push origin main

A script is not split here: bash -lc "git push" is looked up as bash. \`heddle policy explain\` says what would happen.
Exit codes: 0 whatever the rules say, 1 a file cannot be read or has an error, 2 wrong usage.`,
    )
    .action(async () => {
      const argv = words();
      if (argv.length === 0) check.error("error: missing required argument 'argv': name the command to look up");
      const { policy, pretty = false } = check.opts<{ policy: string[]; pretty?: boolean }>();
      await run(async () => {
        const { runPolicyCheck } = await import("../commands/execpolicy.ts");
        return runPolicyCheck({ policyFiles: policy, argv, pretty, cwd: context.cwd });
      });
    });
}
