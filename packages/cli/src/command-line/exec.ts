import type { Command } from "commander";
import type { ExecTarget } from "../exec/options.ts";
import type { CommandSetup } from "./command.ts";
import { execOptions } from "./exec-options.ts";
import { registerReview } from "./review.ts";
import { runExec } from "./run-exec.ts";

/** `exec`, `exec resume` and `exec review`. Source: command line spec, section 2. */
export function registerExec(exec: Command, setup: CommandSetup): void {
  exec.helpCommand(true).argument("[prompt]", "the task; `-` or nothing reads it from standard input");
  for (const option of execOptions()) exec.addOption(option);
  exec
    .addHelpText(
      "after",
      `
Examples:
  heddle exec -s workspace-write "update the changelog"
  git diff | heddle exec --stdin-context "is there a mistake in this change?"
  heddle exec resume --last "now the tests"
  heddle exec review --uncommitted
  heddle exec --max-tokens 200000 --max-seconds 600 "make the tests pass"

The final message goes to standard output, everything else to standard error; with --json standard output holds one event
a line, and the last one is turn.completed or turn.failed.

Exit codes: 0 the turn completed, 1 it failed or could not begin, 2 wrong usage, 3 a limit ended it,
130 interrupted.`,
    )
    .action((prompt: string | undefined) => runExec(exec, setup, { target: { type: "new" }, prompt: prompt ?? null }));
  registerResume(exec.command("resume"), setup);
  registerReview(exec.command("review").description("review changes, and say what should be mended"), setup);
}

function registerResume(resume: Command, setup: CommandSetup): void {
  resume
    .description("go on with an earlier thread")
    .argument("[id]", "the thread; with --last this is the prompt")
    .argument("[prompt]", "what to do next; `-` or nothing reads it from standard input")
    .option("--last", "the newest thread of the current provider");
  for (const option of execOptions()) resume.addOption(option);
  resume
    .addHelpText(
      "after",
      `
Examples:
  heddle exec resume --last "now the tests"
  heddle exec resume 01a20220-5c31-7660-a701-cd130115a235 --json "now the tests"`,
    )
    .action((id: string | undefined, prompt: string | undefined) => {
      const last = resume.opts<{ last?: boolean }>().last === true;
      if (last && prompt !== undefined) resume.error("error: --last takes no thread id");
      const target = last ? { type: "resumeLast" as const } : resumeTarget(id);
      return runExec(resume, setup, { target, prompt: (last ? id : prompt) ?? null });
    });
}

function resumeTarget(id: string | undefined): ExecTarget {
  return id === undefined ? { type: "new" } : { type: "resume", threadId: id };
}
