import type { Command } from "commander";
import { execOptions, toExecOptions, type ExecTarget, type ParsedExecOptions } from "../exec/options.ts";
import type { CommandSetup } from "./command.ts";
import { overridesOf, withConfigOptions } from "./config-options.ts";

/** `exec`, and `exec resume`. Source: command line spec, section 2. */
export function registerExec(exec: Command, setup: CommandSetup): void {
  exec.argument("[prompt]", "the task; `-` or nothing reads it from standard input");
  for (const option of execOptions()) exec.addOption(option);
  exec
    .addHelpText(
      "after",
      `
Examples:
  heddle exec -s workspace-write "update the changelog"
  git diff | heddle exec --stdin-context "review this change"
  heddle exec resume --last "now the tests"`,
    )
    .action((prompt: string | undefined) => start(exec, setup, { target: { type: "new" }, prompt: prompt ?? null }));
  registerResume(exec, setup);
}

function registerResume(exec: Command, setup: CommandSetup): void {
  const resume = withConfigOptions(exec.command("resume"))
    .description("go on with an earlier thread")
    .argument("[id]", "the thread")
    .argument("[prompt]", "what to do next")
    .option("--last", "the newest thread of the current provider");
  for (const option of execOptions()) resume.addOption(option);
  resume.action((id: string | undefined, prompt: string | undefined) => {
    const last = resume.opts<{ last?: boolean }>().last === true;
    if (last && prompt !== undefined) resume.error("error: --last takes no thread id");
    const target = last ? { type: "resumeLast" as const } : resumeTarget(id);
    return start(resume, setup, { target, prompt: (last ? id : prompt) ?? null });
  });
}

function resumeTarget(id: string | undefined): ExecTarget {
  return id === undefined ? { type: "new" } : { type: "resume", threadId: id };
}

function start(
  command: Command,
  { context, run }: CommandSetup,
  { target, prompt }: { readonly target: ExecTarget; readonly prompt: string | null },
): Promise<void> {
  return run(async () => {
    const options = toExecOptions(command.optsWithGlobals<ParsedExecOptions>(), target, prompt);
    const { runExecCommand } = await import("../commands/exec.ts");
    return runExecCommand(context, options, overridesOf(command));
  });
}
