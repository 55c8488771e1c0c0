import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";

/** `apply-patch`. Source: apply_patch spec, section 1. */
export function registerApplyPatch(applyPatch: Command, { context, run }: CommandSetup): void {
  applyPatch
    .argument("[patch...]", "the patch; `-` or nothing reads it from standard input")
    .addHelpText(
      "after",
      `
Examples:
  heddle apply-patch < change.patch
  heddle apply-patch "$(cat change.patch)"

Exit codes: 0 applied, 1 it does not fit or a file cannot be written, 2 wrong usage.`,
    )
    .action((patch: readonly string[]) =>
      run(async () => {
        const { runApplyPatch } = await import("../commands/apply-patch.ts");
        const { stdin, stdout, stderr } = process;
        const values = patch[0] === "-" ? patch.slice(1) : patch;
        return runApplyPatch({ values, stdinAllowed: true }, { cwd: context.cwd, stdin, stdout, stderr });
      }),
    );
}
