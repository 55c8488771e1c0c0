import { choice, flag, integer, list, table } from "../field.ts";

/** `[model_families.<prefix>]`: what is true of models whose slug begins so. Source: models spec, section 8.1. */
export const modelFamilyField = table(
  {
    context_window: integer({ doc: "Context size in tokens.", min: 1 }),
    auto_compact_token_limit: integer({ doc: "Tokens in use at which the thread is compacted.", min: 1 }),
    max_output_tokens: integer({ doc: "Limit of one answer, in tokens.", min: 1 }),
    supports_reasoning_summaries: flag({ doc: "Takes reasoning parameters." }),
    supports_parallel_tool_calls: flag({ doc: "Calls several tools at once." }),
    supports_verbosity: flag({ doc: "Takes a verbosity." }),
    supports_images: flag({ doc: "Takes images." }),
    default_verbosity: choice(["low", "medium", "high"], { doc: "Verbosity where nothing is configured." }),
    default_reasoning_effort: choice(["none", "minimal", "low", "medium", "high", "xhigh"], {
      doc: "Reasoning effort where nothing is configured.",
    }),
    apply_patch_tool: choice(["freeform", "function", "none"], { doc: "The form of the patch tool." }),
    shell_tool: choice(["shell", "shell_command", "local_shell", "unified_exec", "disabled"], {
      doc: "The form of the command tool.",
    }),
    experimental_tools: list(
      choice(["grep_files", "read_file", "list_dir", "test_sync_tool"], { doc: "A tool, by its name." }),
      { doc: "Tools that are offered beside the common ones." },
    ),
    truncation: table(
      {
        unit: choice(["bytes", "tokens"], { doc: "What `limit` counts.", required: true }),
        limit: integer({ doc: "How much of one tool output is kept.", min: 1, required: true }),
      },
      { doc: "How tool outputs are cut." },
    ),
    base: choice(["general", "codex", "codex-max", "gpt-5.1"], { doc: "Which base instructions fit." }),
  },
  { doc: "What is true of the models whose slug begins with the prefix." },
);
