import { readPatchCall } from "./patch-program.ts";
import { readProcess } from "./runtime/process.ts";

/** Runs the command line and sets the exit code; the process ends when nothing is left to do. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const patchCall = readPatchCall(process.argv[1], args);
    if (patchCall !== null) {
      const { runApplyPatch } = await import("./commands/apply-patch.ts");
      const { stdin, stdout, stderr } = process;
      process.exitCode = await runApplyPatch(patchCall, { cwd: process.cwd(), stdin, stdout, stderr });
      return;
    }
    const { runCommandLine } = await import("./command-line.ts");
    process.exitCode = await runCommandLine(args, readProcess());
  } catch (error) {
    process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
