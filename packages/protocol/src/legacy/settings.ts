import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";

/** When the person is asked before something runs, in the words of the configuration file. */
export const AskForApprovalSchema = Type.Named(
  "AskForApproval",
  Type.Enum(["untrusted", "on-failure", "on-request", "never"]),
);
export type AskForApproval = Static<typeof AskForApprovalSchema>;

export const SandboxModeSchema = Type.Named(
  "SandboxMode",
  Type.Enum(["read-only", "workspace-write", "danger-full-access"]),
);

export const SandboxPolicySchema = Type.Named(
  "SandboxPolicy",
  Type.Tagged([
    Type.Object({ type: Type.Tag("danger-full-access") }),
    Type.Object({ type: Type.Tag("read-only") }),
    Type.Object({
      type: Type.Tag("workspace-write"),
      exclude_slash_tmp: Type.Default(Type.Boolean(), false),
      exclude_tmpdir_env_var: Type.Default(Type.Boolean(), false),
      network_access: Type.Default(Type.Boolean(), false),
      writable_roots: Type.Optional(Type.Array(Type.String())),
    }),
  ]),
);
export type SandboxPolicy = Static<typeof SandboxPolicySchema>;

/** A policy of the first API in the later one's members, and the spelling that the configuration has. */
export function fromLegacySandboxPolicy(policy: SandboxPolicy) {
  if (policy.type !== "workspace-write") return { type: policy.type };
  return {
    type: policy.type,
    writableRoots: policy.writable_roots ?? [],
    networkAccess: policy.network_access,
    excludeTmpdirEnvVar: policy.exclude_tmpdir_env_var,
    excludeSlashTmp: policy.exclude_slash_tmp,
  };
}

const SubAgentSourceSchema = Type.Named(
  "SubAgentSource",
  Type.Union([Type.Enum(["review", "compact"]), Type.Object({ other: Type.String() })]),
);

export const SessionSourceSchema = Type.Named(
  "SessionSource",
  Type.Union([Type.Enum(["cli", "vscode", "exec", "mcp", "unknown"]), Type.Object({ subagent: SubAgentSourceSchema })]),
);
export type SessionSource = Static<typeof SessionSourceSchema>;

export const VerbositySchema = Type.Named("Verbosity", Type.Enum(["low", "medium", "high"]));
