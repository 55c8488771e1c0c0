import { choice, either, flag, integer, list, map, table, text, type TableOf } from "../field.ts";
import { featuresField } from "./features.ts";
import { limitsField } from "./limits.ts";
import { mcpServerField } from "./mcp-server.ts";
import { modelField } from "./model.ts";
import { modelFamilyField } from "./model-family.ts";
import { modelPriceField } from "./model-price.ts";
import { otelField } from "./otel.ts";
import { providerField } from "./provider.ts";

/** Keys that a profile may have too. */
const sharedFields = {
  model: text({ doc: "The model, by its slug.", default: '"gpt-5.1-codex-max"; for ollama and lmstudio their own' }),
  model_provider: text({ doc: "The provider, by its id.", default: '"openai"' }),
  model_reasoning_effort: choice(["none", "minimal", "low", "medium", "high", "xhigh"], {
    doc: "How much the model thinks.",
    default: "that of the model",
  }),
  model_reasoning_summary: choice(["auto", "concise", "detailed", "none"], {
    doc: "Summaries of what the model thinks.",
    default: '"auto"',
  }),
  model_verbosity: choice(["low", "medium", "high"], { doc: "How much the model writes." }),
  approval_policy: choice(["untrusted", "on-failure", "on-request", "never"], {
    doc: "When a person is asked before a command runs.",
    default: '"on-request"; "untrusted" in a project that is marked so',
  }),
  sandbox_mode: choice(["read-only", "workspace-write", "danger-full-access"], {
    doc: "What commands may touch.",
    default: '"read-only"; "workspace-write" in a project with a trust level',
  }),
  chatgpt_base_url: text({
    doc: "Backend for usage and tasks under a ChatGPT login.",
    default: '"https://chatgpt.com/backend-api/"',
  }),
  oss_provider: choice(["lmstudio", "ollama"], { doc: "The local provider of `--oss`." }),
  experimental_instructions_file: text({
    doc: "File that replaces the base instructions, relative to the working directory.",
  }),
  experimental_compact_prompt_file: text({
    doc: "File with the prompt of compaction, relative to the working directory.",
  }),
  features: featuresField,
  include_apply_patch_tool: flag({ doc: "Old name of `features.apply_patch_freeform`." }),
  experimental_use_unified_exec_tool: flag({ doc: "Old name of `features.unified_exec`." }),
  experimental_use_rmcp_client: flag({ doc: "Old name of `features.rmcp_client`." }),
  experimental_use_freeform_apply_patch: flag({ doc: "Old name of `features.apply_patch_freeform`." }),
  experimental_sandbox_command_assessment: flag({
    doc: "Old name of `features.experimental_sandbox_command_assessment`.",
  }),
};

const profileField = table(
  {
    ...sharedFields,
    tools_web_search: flag({ doc: "Old name of `features.web_search_request`." }),
    tools_view_image: flag({ doc: "Old name of `features.view_image_tool`." }),
  },
  { doc: "A named set of settings, chosen with `--profile` or `profile`." },
);

const sandboxWorkspaceWrite = table(
  {
    writable_roots: list(text({ doc: "A folder." }), {
      doc: "Further folders that commands may write to.",
      default: "[]",
    }),
    network_access: flag({ doc: "Whether commands reach the network.", default: "false" }),
    exclude_tmpdir_env_var: flag({ doc: "Keep commands from writing to `$TMPDIR`.", default: "false" }),
    exclude_slash_tmp: flag({ doc: "Keep commands from writing to `/tmp`.", default: "false" }),
    allow_unix_sockets: flag({ doc: "Let commands open Unix sockets of their own.", default: "false" }),
  },
  { doc: 'Settings of `sandbox_mode = "workspace-write"`.' },
);

const shellEnvironmentPolicy = table(
  {
    inherit: choice(["all", "core", "none"], { doc: "The variables to start from.", default: '"all"' }),
    ignore_default_excludes: flag({
      doc: "Keep variables whose names look like those of credentials (`*KEY*`, `*SECRET*`, `*TOKEN*`).",
      default: "false",
    }),
    exclude: list(text({ doc: "A pattern with `*` and `?`." }), { doc: "Variables to leave out.", default: "[]" }),
    set: map(text({ doc: "Value of the variable." }), { keyName: "name", doc: "Variables to set." }),
    include_only: list(text({ doc: "A pattern with `*` and `?`." }), {
      doc: "When not empty, only these are kept in the end.",
      default: "[]",
    }),
    experimental_use_profile: flag({ doc: "Run commands through the user's shell profile.", default: "false" }),
  },
  { doc: "The environment of commands." },
);

const notice = table(
  {
    hide_full_access_warning: flag({ doc: "The warning about full access was seen." }),
    hide_world_writable_warning: flag({ doc: "The warning about folders that everyone may write to was seen." }),
    hide_rate_limit_model_nudge: flag({ doc: "The offer of a smaller model was seen." }),
    hide_gpt5_1_migration_prompt: flag({ doc: "The offer of GPT-5.1 was seen." }),
    "hide_gpt-5.1-codex-max_migration_prompt": flag({ doc: "The offer of GPT-5.1-Codex-Max was seen." }),
  },
  { doc: "What was seen and need not be shown again; written by Heddle." },
);

/** Every key of `config.toml`. Source: configuration spec, section 3. */
export const rootFields = {
  ...sharedFields,
  review_model: text({ doc: "The model of reviews.", default: '"gpt-5.1-codex-max"' }),
  model_context_window: integer({ doc: "Context size in tokens.", default: "that of the model", min: 1 }),
  model_auto_compact_token_limit: integer({
    doc: "Tokens in use at which the thread is compacted.",
    default: "that of the model",
  }),
  tool_output_token_limit: integer({
    doc: "Tokens of one tool output that are kept.",
    default: "that of the model",
  }),
  model_supports_reasoning_summaries: flag({ doc: "Send reasoning parameters to models that are not known." }),
  model_reasoning_summary_format: choice(["none", "experimental"], {
    doc: "How reasoning summaries are laid out.",
    default: "that of the model",
  }),
  strict_config: flag({
    doc: "Refuse configurations with unknown keys, as `--strict-config` does, where a warning would do.",
    default: "false",
  }),
  model_providers: map(providerField, { keyName: "id", doc: "Further model providers." }),
  models: map(modelField, {
    keyName: "slug",
    doc: "Further models to choose from, and other words for those that are known.",
  }),
  model_families: map(modelFamilyField, {
    keyName: "prefix",
    doc: "What is true of models, by the start of their slug.",
  }),
  sandbox_workspace_write: sandboxWorkspaceWrite,
  sandbox_require_full: flag({
    doc: "Refuse to run commands where the sandbox cannot enforce the whole policy.",
    default: "false",
  }),
  sandbox: table(
    {
      deny_read: list(text({ doc: "A path; `~` is the user's home." }), {
        doc: "What sandboxed commands may not read, beside Heddle's own credentials.",
        default: "[]",
      }),
    },
    { doc: "What holds in every sandbox." },
  ),
  shell_environment_policy: shellEnvironmentPolicy,
  notify: list(text({ doc: "A word of the command." }), {
    doc: "Command that is told about each finished turn, with a JSON argument at the end.",
  }),
  instructions: text({ doc: "Read and not used." }),
  developer_instructions: text({ doc: "Sent to the model as a developer message." }),
  compact_prompt: text({ doc: "The prompt of compaction." }),
  project_doc_max_bytes: integer({ doc: "Bytes of AGENTS.md files that are read; 0 for none.", default: "32768" }),
  project_doc_fallback_filenames: list(text({ doc: "A file name." }), {
    doc: "Names to look for where there is no AGENTS.md.",
    default: "[]",
  }),
  profile: text({ doc: "The profile to use." }),
  profiles: map(profileField, { keyName: "name", doc: "Named sets of settings." }),
  projects: map(
    table(
      { trust_level: choice(["trusted", "untrusted"], { doc: "Whether the project is trusted." }) },
      { doc: "A project." },
    ),
    { keyName: "path", doc: "What is known about projects, by absolute path." },
  ),
  history: table(
    {
      persistence: choice(["save-all", "none"], {
        doc: "Whether prompts are kept.",
        default: '"save-all"',
        required: true,
      }),
      max_bytes: integer({ doc: "Size at which the oldest prompts are dropped." }),
    },
    { doc: "The history of prompts." },
  ),
  file_opener: choice(["vscode", "vscode-insiders", "windsurf", "cursor", "none"], {
    doc: "The program that links to files open.",
    default: '"vscode"',
  }),
  hide_agent_reasoning: flag({ doc: "Do not show reasoning on the terminal.", default: "false" }),
  show_raw_agent_reasoning: flag({ doc: "Show raw reasoning where the model gives it.", default: "false" }),
  check_for_update_on_startup: flag({ doc: "Look for a newer version.", default: "true" }),
  disable_paste_burst: flag({ doc: "Take fast typing for typing, not for a paste.", default: "false" }),
  windows_wsl_setup_acknowledged: flag({ doc: "The introduction on Windows was seen.", default: "false" }),
  tui: table(
    {
      notifications: either(
        [
          flag({ doc: "All or none." }),
          list(choice(["agent-turn-complete", "approval-requested"], { doc: "An event." }), { doc: "Only for these." }),
        ],
        {
          expected: "a boolean or an array of event names",
          doc: "Notifications while the terminal is not in front.",
          default: "true",
        },
      ),
      animations: flag({ doc: "Whether anything moves.", default: "true" }),
      show_tooltips: flag({ doc: "Tips on the start screen.", default: "true" }),
    },
    { doc: "The terminal screen." },
  ),
  notice,
  tools: table(
    {
      web_search: flag({ doc: "Old name of `features.web_search_request`." }),
      web_search_request: flag({ doc: "Old name of `features.web_search_request`." }),
      view_image: flag({ doc: "Old name of `features.view_image_tool`." }),
    },
    { doc: "Old switches of tools." },
  ),
  cli_auth_credentials_store: choice(["file", "keyring", "auto"], {
    doc: "Where the login is kept.",
    default: '"file"',
  }),
  mcp_oauth_credentials_store: choice(["auto", "file", "keyring"], {
    doc: "Where the tokens of MCP servers are kept.",
    default: '"auto"',
  }),
  forced_login_method: choice(["chatgpt", "api"], { doc: "The only login that is allowed." }),
  forced_chatgpt_workspace_id: text({ doc: "The only ChatGPT workspace that is allowed." }),
  mcp_servers: map(mcpServerField, { keyName: "name", doc: "MCP servers." }),
  skills: table(
    {
      config: list(
        table(
          {
            path: text({ doc: "Its `SKILL.md`, or the folder with it.", required: true }),
            enabled: flag({ doc: "Whether the model may be told of it.", default: "true" }),
          },
          { doc: "A skill." },
        ),
        { doc: "Switches single skills off, where the feature `skills` is on. The last entry for a path counts." },
      ),
    },
    { doc: "Skills." },
  ),
  limits: limitsField,
  model_prices: map(modelPriceField, {
    keyName: "prefix",
    doc: "What models cost, by the beginning of their slug; the longest that fits counts. For `limits.*.usd`.",
  }),
  log: table(
    {
      file: choice(["off", "error", "warn", "info", "debug"], {
        doc: "How much goes to `log/heddle.log` in the home, which starts anew when it is full.",
        default: '"off"',
      }),
      stderr: choice(["off", "error", "warn", "info", "debug"], {
        doc: "How much goes to standard error; `--verbose` is short for `debug`.",
        default: "what HEDDLE_LOG says, else off",
      }),
    },
    { doc: "What Heddle says of its own work." },
  ),
  otel: otelField,
};

/** `config.toml` once it has been checked, in the file's own spelling. */
export type ConfigTable = TableOf<typeof rootFields>;

/** One profile of it. */
export type ProfileTable = TableOf<(typeof profileField)["fields"]>;
export type ProviderTable = TableOf<(typeof providerField)["fields"]>;
export type McpServerTable = TableOf<(typeof mcpServerField)["fields"]>;
