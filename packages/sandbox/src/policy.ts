/**
 * What a command may write and reach. Reading is allowed everywhere, but for our credentials and the paths that the
 * user hides. Source: the sandbox specification, section 1.
 */
export type SandboxPolicy =
  /** Everything; no sandbox is set up. */
  | { readonly type: "danger-full-access" }
  /** Writes nothing but `/dev/null`; no network. */
  | { readonly type: "read-only" }
  /** Writes below the folder of the turn and the further roots, but not in their `.git`, `.codex` and `.heddle`. */
  | {
      readonly type: "workspace-write";
      readonly writableRoots: readonly string[];
      readonly networkAccess: boolean;
      /** Whether `$TMPDIR` is left out of the roots. */
      readonly excludeTmpdirEnvVar: boolean;
      /** Whether `/tmp` is left out of the roots. */
      readonly excludeSlashTmp: boolean;
    };

/** How much of its policy was enforced on a command: all, what the Landlock rung can, or nothing as none applies. */
export type SandboxLevel = "full" | "reduced" | "none";

/** Variables of the process or of a child, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether commands under this policy reach the network. */
export function hasNetwork(policy: SandboxPolicy): boolean {
  return policy.type === "danger-full-access" || (policy.type === "workspace-write" && policy.networkAccess);
}
