import { Option, type Command } from "commander";
import { APPROVAL_POLICIES, SANDBOX_MODES } from "../policy/choices.ts";
import { COMMAND_WORDS } from "./command-words.ts";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";
import { append } from "./option-kinds.ts";

/** `policy explain` and `policy simulate`. Source: exec policy spec, section 11. */
export function registerPolicy(policy: Command, setup: CommandSetup): void {
  registerExplain(policy, setup);
  registerSimulate(policy, setup);
}

interface ExplainFlags {
  readonly json?: boolean;
  readonly stdin?: boolean;
  readonly rules?: string[];
  readonly askForApproval?: (typeof APPROVAL_POLICIES)[number];
  readonly sandbox?: (typeof SANDBOX_MODES)[number];
  readonly cd?: string;
  readonly escalated?: boolean;
}

function registerExplain(parent: Command, { context, words, run }: CommandSetup): void {
  const explain = parent
    .command("explain")
    .description("say whether a command would run, ask or be refused, and why; nothing is run")
    .usage("[options] [--] <argv...>")
    .argument(`[${COMMAND_WORDS}...]`, "the command, taken as it is; `--` may stand before it")
    .option("--json", "one line of JSON")
    .option("--rules <file>", "rules of this file instead of your own (repeatable, in this order)", append)
    .addOption(
      new Option(
        "-a, --ask-for-approval <policy>",
        "as under this approval policy (default: your configuration's)",
      ).choices(APPROVAL_POLICIES),
    )
    .addOption(
      new Option("-s, --sandbox <mode>", "as in this sandbox mode (default: your configuration's)").choices(
        SANDBOX_MODES,
      ),
    )
    .option("-C, --cd <dir>", "as if run in this folder")
    .option("--escalated", "as if the model asked to run it outside of the sandbox")
    .option("--stdin", "answer JSON lines from standard input; goes with no other option")
    .addHelpText(
      "after",
      `
Examples:
  heddle policy explain -a untrusted bash -lc "ls && npm test"
  heddle policy explain --json -s read-only -- git push --force
  echo '{"id":1,"argv":["npm","test"]}' | heddle policy explain --stdin

Exit codes: 0 whatever would happen, 1 a rule file cannot be read or has an error, 2 wrong usage.`,
    )
    .action(async () => {
      const argv = words();
      const flags = explain.opts<ExplainFlags>();
      const { json = false, stdin = false, rules = null, escalated = false, cd = null } = flags;
      if (stdin) {
        if (argv.length > 0 || Object.keys(flags).length > 1)
          explain.error("error: --stdin goes with no other argument");
        await run(async () => {
          const { answerStdin } = await import("../commands/policy-explain.ts");
          return answerStdin(context);
        });
        return;
      }
      if (argv.length === 0) explain.error("error: missing required argument 'argv': name the command to explain");
      const { askForApproval: approvalPolicy = null, sandbox: sandboxMode = null } = flags;
      const overrides = overridesOf(explain);
      await run(async () => {
        const { runPolicyExplain } = await import("../commands/policy-explain.ts");
        const question = { argv, escalated, cwd: cd, approvalPolicy, sandboxMode, ruleFiles: rules };
        return runPolicyExplain(context, { question, json, overrides });
      });
    });
}

function registerSimulate(parent: Command, { context, run }: CommandSetup): void {
  const simulate = parent
    .command("simulate")
    .description(
      "decide the commands of stored threads anew and say what would be different; nothing is run or written",
    )
    .argument("[path...]", "rollouts, or folders of them (default: your threads)")
    .option("--rules <file>", "rules of this file instead of your own (repeatable, in this order)", append)
    .option("--json", "one line of JSON")
    .addHelpText(
      "after",
      `
Each command is decided under the approval policy and the sandbox mode that it had.

Examples:
  heddle policy simulate                                   your rules and your threads
  heddle policy simulate --rules team.codexpolicy --json   what a file of rules would change

Exit codes: 0 whatever comes out, 1 a file cannot be read or has an error, 2 wrong usage.`,
    )
    .action(async (paths: readonly string[]) => {
      const { rules: ruleFiles = null, json = false } = simulate.opts<{ rules?: string[]; json?: boolean }>();
      const overrides = overridesOf(simulate);
      await run(async () => {
        const { runPolicySimulate } = await import("../commands/policy-simulate.ts");
        return runPolicySimulate(context, { ruleFiles, paths, json, overrides });
      });
    });
}
