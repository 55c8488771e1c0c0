import { credentialFiles, type ResolvedConfig } from "@heddle/config";
import type { SandboxOptions } from "@heddle/sandbox";
import { join } from "node:path";

/**
 * How every sandbox of this process is made: what no command may read, and what the configuration says.
 * @param config null when it cannot be read: the strictest there is.
 */
export function sandboxSettings(home: string, config: ResolvedConfig | null): Omit<SandboxOptions, "env"> {
  const ours = { stateDir: join(home, "sandbox"), credentials: credentialFiles(home) };
  if (config === null) return ours;
  return {
    ...ours,
    denyRead: config.sandboxDenyRead,
    allowUnixSockets: config.sandboxAllowUnixSockets,
    requireFull: config.sandboxRequireFull,
  };
}
