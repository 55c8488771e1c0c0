import { Argument, InvalidArgumentError, type Command } from "commander";
import { COMPLETION_SHELLS, type CompletionShell } from "../completion/shells.ts";
import type { CommandSetup } from "./command.ts";

/** `completion`. */
export function registerCompletion(completion: Command, { run, wholeProgram }: CommandSetup): void {
  const shell = new Argument("[shell]", "bash unless told otherwise").choices(COMPLETION_SHELLS).argParser(readShell);
  completion
    .addArgument(shell)
    .addHelpText(
      "after",
      `
Examples:
  source <(heddle completion bash)
  source <(heddle completion zsh)
  heddle completion fish | source

These hold for one shell; put the line into its start-up file to have it always.
Exit codes: 0 printed, 2 wrong usage.`,
    )
    .action((chosen: CompletionShell = "bash") =>
      run(async () => {
        const { printCompletion } = await import("../commands/completion.ts");
        return printCompletion(chosen, await wholeProgram());
      }),
    );
}

function readShell(word: string): CompletionShell {
  const shell = COMPLETION_SHELLS.find((each) => each === word);
  if (shell === undefined) throw new InvalidArgumentError(`[possible values: ${COMPLETION_SHELLS.join(", ")}]`);
  return shell;
}
