import type { JsonObject } from "@heddle/mcp";
import type { ThreadSettings } from "../settings/settings.ts";

/**
 * The sandbox of a thread, as servers with the capability `codex/sandbox-state` are told it. Source: MCP spec, section A6.
 * @param program runs a command in it, by the arguments that servers know; null where there is none.
 */
export function toSandboxState(
  { sandboxPolicy, cwd }: Pick<ThreadSettings, "sandboxPolicy" | "cwd">,
  program: string | null,
): JsonObject {
  return { sandboxPolicy: toWirePolicy(sandboxPolicy), codexLinuxSandboxExe: program, sandboxCwd: cwd };
}

function toWirePolicy(policy: ThreadSettings["sandboxPolicy"]): JsonObject {
  switch (policy.type) {
    case "danger-full-access":
    case "read-only":
      return { type: policy.type };
    case "workspace-write":
      return {
        type: policy.type,
        writable_roots: [...policy.writableRoots],
        network_access: policy.networkAccess,
        exclude_tmpdir_env_var: policy.excludeTmpdirEnvVar,
        exclude_slash_tmp: policy.excludeSlashTmp,
      };
  }
}
