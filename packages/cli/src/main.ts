import { writeSync } from "node:fs";
import { readLinuxSandboxCall } from "./linux-sandbox-program.ts";
import { readPatchCall } from "./patch-program.ts";
import { readProcess } from "./runtime/process.ts";

/** Runs the command line and sets the exit code; the process ends when nothing is left to do. */
export async function main(args: readonly string[]): Promise<void> {
  // The app server opens its output by itself, faster than Node does; a second stream on the same descriptor would disturb it.
  if (!args.includes("app-server")) failWithoutOutput();
  try {
    const patchCall = readPatchCall(process.argv[1], args);
    if (patchCall !== null) {
      const { runApplyPatch } = await import("./commands/apply-patch.ts");
      const { stdin, stdout, stderr } = process;
      process.exitCode = await runApplyPatch(patchCall, { cwd: process.cwd(), stdin, stdout, stderr });
      return;
    }
    const confined = readLinuxSandboxCall(process.argv[1], args);
    if (confined !== null) {
      const { runLinuxSandbox } = await import("./commands/linux-sandbox.ts");
      process.exitCode = await runLinuxSandbox(readProcess(), confined);
      return;
    }
    if (isPlainServer(args)) {
      const { runAppServer } = await import("./commands/app-server.ts");
      process.exitCode = await runAppServer(readProcess(), []);
      return;
    }
    const { runCommandLine } = await import("./command-line.ts");
    process.exitCode = await runCommandLine(args, readProcess());
  } catch (error) {
    process.stderr.write(`Error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/**
 * Whether it is the command line by which clients start a server again and again. It is read here, for the parser of
 * command lines is a tenth of what they wait for.
 */
function isPlainServer([command, ...options]: readonly string[]): boolean {
  return command === "app-server" && ["", "--stdio", "--listen stdio://"].includes(options.join(" "));
}

/** Makes a success of a command whose output got lost, on a full disk for example, a failure. A reader may go away. */
function failWithoutOutput(): void {
  let failure: string | null = null;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "ECONNRESET") failure ??= error.message;
  });
  process.once("exit", (code) => {
    if (failure === null || code !== 0) return;
    process.exitCode = 1;
    writeSync(process.stderr.fd, `Error: the output could not be written: ${failure}\n`);
  });
}
