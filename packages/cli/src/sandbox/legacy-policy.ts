import type { LegacySandboxPolicy } from "@heddle/protocol";
import type { SandboxPolicy } from "@heddle/sandbox";

/** A policy as the first API writes it. */
export function fromLegacySandboxPolicy(policy: LegacySandboxPolicy): SandboxPolicy {
  if (policy.type !== "workspace-write") return { type: policy.type };
  return {
    type: policy.type,
    writableRoots: policy.writable_roots ?? [],
    networkAccess: policy.network_access,
    excludeTmpdirEnvVar: policy.exclude_tmpdir_env_var,
    excludeSlashTmp: policy.exclude_slash_tmp,
  };
}
