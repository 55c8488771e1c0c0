import { Option, type Command } from "commander";
import { APPROVAL_POLICIES } from "../policy/choices.ts";
import { oneOf } from "./option-kinds.ts";
import { threadOptions } from "./thread-options.ts";

/** What the terminal screen takes: a bare `heddle`, `resume` and `fork`. Source: command line spec, section 1. */
export function withScreenOptions(command: Command): Command {
  for (const option of threadOptions()) command.addOption(option);
  return command
    .addOption(
      oneOf(new Option("-a, --ask-for-approval <policy>", "when you are asked"), APPROVAL_POLICIES).conflicts([
        "dangerouslyBypassApprovalsAndSandbox",
        "yolo",
      ]),
    )
    .addOption(new Option("--full-auto", "short for -a on-request --sandbox workspace-write"))
    .addOption(new Option("--search", "let the model search the web"));
}

/** `resume`. */
export function registerResume(resume: Command): void {
  registerOnThread(resume, { name: "resume", instead: 'heddle exec resume --last "..."' });
}

/** `fork`. */
export function registerFork(fork: Command): void {
  registerOnThread(fork, { name: "fork", instead: 'heddle exec "..."' });
}

function registerOnThread(
  command: Command,
  { name, instead }: { readonly name: string; readonly instead: string },
): void {
  withScreenOptions(command)
    .argument("[id]", "the thread; without it and without --last you choose from a list")
    .argument("[prompt]", "what to do next")
    .option("--last", "the newest thread")
    .option("--all", "threads of other folders, too")
    .addHelpText(
      "after",
      `
Example:
  heddle ${name} --last -m gpt-5.1

There is no terminal screen yet: \`${instead}\` works without one.
Exit code: 2.`,
    )
    .action((id: string | undefined) => {
      if (command.opts<{ last?: boolean }>().last === true && id !== undefined) {
        command.error("error: option '--last' cannot be used with a thread id");
      }
      refuseScreen(command, instead);
    });
}

/** There is no terminal screen yet: says so, and what there is. */
export function refuseScreen(command: Command, instead: string): void {
  command.error(`error: there is no terminal screen yet; \`${instead}\` works without one`);
}
