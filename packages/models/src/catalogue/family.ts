import type { ReasoningEffort, Verbosity } from "../prompt.ts";

/** What models of a kind can do, and how they are best asked. */
export interface ModelFamily {
  /** The model that was asked for. */
  readonly slug: string;
  /** The family's name; the slug for a model that is not known. */
  readonly family: string;
  /** In tokens. */
  readonly contextWindow: number | null;
  /** What of the window is used: 95 %, since the rest goes to what providers add. */
  readonly effectiveWindow: number | null;
  /** From how many tokens on a thread is compacted: 90 % of the window unless configured. */
  readonly autoCompactLimit: number | null;
  readonly supportsReasoningSummaries: boolean;
  readonly supportsParallelToolCalls: boolean;
  readonly applyPatchTool: "freeform" | "function" | null;
  readonly shellTool: "shell" | "shell_command" | "local_shell" | "unified_exec" | "disabled";
  readonly supportsVerbosity: boolean;
  readonly defaultVerbosity: Verbosity | null;
  readonly defaultEffort: ReasoningEffort | null;
  /** How much of a tool's output the model gets. */
  readonly truncation: { readonly unit: "bytes" | "tokens"; readonly limit: number };
  /** Base instructions that the provider has sent for this model; null: those of `base`. */
  readonly instructions: string | null;
  /** Which base instructions fit. */
  readonly base: "general" | "codex" | "codex-max" | "gpt-5.1";
  /** Whether the model has to be told how patches are written. */
  readonly needsPatchInstructions: boolean;
  /** Tools that are offered to models of this family beside the common ones. */
  readonly experimentalTools: readonly ("grep_files" | "read_file" | "list_dir" | "test_sync_tool")[];
  /** `experimental`: the first bold text of a summary is a heading. */
  readonly summaryFormat: "none" | "experimental";
  /** The most tokens of one answer, null when unknown. */
  readonly maxOutputTokens: number | null;
  /** How thinking is asked for where the API has several ways. */
  readonly thinking: "effort" | "budget" | "adaptive" | "level" | null;
  readonly supportsImages: boolean;
}

/** What a configuration or a provider's list says of models; what is missing is left to the table. */
export type FamilyOverrides = Partial<
  Omit<ModelFamily, "slug" | "family" | "effectiveWindow" | "needsPatchInstructions">
>;
