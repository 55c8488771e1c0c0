import { credentialFiles, type ResolvedConfig } from "@heddle/config";
import type { SandboxOptions } from "@heddle/sandbox";
import { join } from "node:path";

/**
 * How every sandbox of this process is made: what no command may read, and what the configuration says.
 * @param config null when it cannot be read: the strictest there is.
 * @param hidden further files of ours that no command may read.
 */
export function sandboxSettings(
  home: string,
  config: ResolvedConfig | null,
  hidden: readonly string[] = [],
): Omit<SandboxOptions, "env"> {
  const ours = { stateDir: join(home, "sandbox"), credentials: credentialFiles(home), denyRead: hidden };
  if (config === null) return ours;
  return {
    ...ours,
    denyRead: [...config.sandboxDenyRead, ...hidden],
    allowUnixSockets: config.sandboxAllowUnixSockets,
    requireFull: config.sandboxRequireFull,
  };
}
