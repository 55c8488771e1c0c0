import { createExpiration, SandboxError, type ExitOutcome, type Sandbox, type SpawnSpec } from "@heddle/sandbox";
import { forwardSignals } from "./signal-command.ts";

const EXIT_FAILED = 1;
/** A policy cannot be enforced here. */
export const EXIT_NO_SANDBOX = 70;
// As `env` and the shells have it.
const EXIT_NOT_EXECUTABLE = 126;
const EXIT_NOT_FOUND = 127;

/**
 * Runs a command under a policy, with our own streams and terminal, for which this process stands. Nothing is asked.
 * @returns the exit code of the command, 128 + n when signal n ended it; 70 when its policy cannot be enforced here, 126
 *   or 127 when it cannot be run or is not there.
 */
export async function runConfined(
  sandbox: Sandbox,
  spec: Pick<SpawnSpec, "argv" | "cwd" | "env" | "policy" | "sandboxCwd">,
): Promise<number> {
  const signals = forwardSignals();
  try {
    const probe = spec.policy.type === "danger-full-access" ? null : await sandbox.probe();
    if (probe?.rung === "helper") {
      tell(
        `heddle: the sandbox is reduced here (${probe.cause}); \`heddle sandbox --probe\` tells what it does not protect`,
      );
    }
    const child = await sandbox.spawn({ ...spec, stdin: "inherit", output: "inherit" }, createExpiration({}));
    signals.attach(child, probe?.rung ?? "none");
    const outcome = await child.exit;
    return signals.exitCode() ?? finish(outcome);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    tell(`Error: ${error.message}`);
    return exitCodeOf(error);
  } finally {
    signals.release();
  }
}

function finish({ setupFailure, tampered, exitCode }: ExitOutcome): number {
  if (setupFailure !== null) {
    tell(`Error: the sandbox could not be set up, and the command did not run: ${setupFailure}`);
    return EXIT_NO_SANDBOX;
  }
  if (tampered.length > 0) {
    tell(`heddle: the command changed what is protected, which was put back where possible: ${tampered.join(", ")}`);
  }
  return exitCode;
}

function exitCodeOf({ failure }: SandboxError): number {
  switch (failure.kind) {
    case "unavailable":
    case "unenforceable":
      return EXIT_NO_SANDBOX;
    case "spawnFailed":
      return failure.code === "ENOENT" ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
    case "aborted":
    case "closed":
      return EXIT_FAILED;
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
