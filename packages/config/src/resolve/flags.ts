import type { ApprovalPolicy, ReasoningEffort, SandboxMode } from "./resolved-config.ts";

/** Typed settings of a command line or a request. They are no layer: they win over all layers and the profile. */
export interface ConfigFlags {
  readonly profile?: string;
  /** Relative to the `cwd` of the sources. */
  readonly cwd?: string;
  readonly model?: string;
  readonly modelProvider?: string;
  readonly reasoningEffort?: ReasoningEffort;
  readonly approvalPolicy?: ApprovalPolicy;
  readonly sandboxMode?: SandboxMode;
  /**
   * Nobody can be asked, as in `exec`: the approval policy is `never`, whatever any layer says. What would have been
   * asked about is refused then, so that this is no looser than a managed policy, unless that is `untrusted`.
   */
  readonly unattended?: boolean;
  /** Further writable folders, relative to the working directory. */
  readonly addDirs?: readonly string[];
  readonly baseInstructions?: string;
  readonly developerInstructions?: string;
  readonly compactPrompt?: string;
  readonly showRawAgentReasoning?: boolean;
}
