import type { Sandbox, SandboxProbe } from "@heddle/sandbox";

/** What people should know about the sandbox of this machine; null when it enforces everything. Never rejects. */
export function sandboxWeakness(sandbox: Sandbox): Promise<string | null> {
  return sandbox
    .probe()
    .then(
      describeWeakness,
      (error: unknown) => `the sandbox cannot be tried out: ${error instanceof Error ? error.message : String(error)}`,
    );
}

function describeWeakness(probe: SandboxProbe): string | null {
  switch (probe.rung) {
    case "bubblewrap":
    case "seatbelt":
      return null;
    case "helper": {
      const gaps = probe.unprotected.join("; ");
      return `the sandbox is reduced on this system (${probe.cause}): ${gaps}; for a better one: ${probe.remedy}`;
    }
    case "none":
      return `no sandbox available on this system (${probe.cause}); to get one: ${probe.remedy}`;
  }
}
