import type { ModelFamily } from "./family.ts";

/** A row of the table: what differs from `DEFAULTS`. The first row of which a prefix fits counts. */
interface FamilyRow extends Partial<Omit<ModelFamily, "slug" | "effectiveWindow" | "autoCompactLimit">> {
  readonly prefixes: readonly string[];
  readonly family: string;
}

type FamilyDefaults = Omit<ModelFamily, "slug" | "family" | "effectiveWindow" | "autoCompactLimit">;

const TEN_KB = { unit: "bytes", limit: 10_000 } as const;
const TEN_K_TOKENS = { unit: "tokens", limit: 10_000 } as const;

/** What the reference's own rows have in common. */
const DEFAULTS: FamilyDefaults = {
  contextWindow: null,
  supportsReasoningSummaries: false,
  supportsParallelToolCalls: false,
  applyPatchTool: null,
  shellTool: "shell",
  supportsVerbosity: false,
  defaultVerbosity: null,
  defaultEffort: null,
  truncation: TEN_KB,
  instructions: null,
  base: "general",
  needsPatchInstructions: false,
  experimentalTools: [],
  summaryFormat: "none",
  maxOutputTokens: null,
  thinking: null,
  supportsImages: true,
};

/**
 * A model that the table does not have: able to run scripts and to patch by a function, with a window that lets
 * threads be compacted. The reference gives such a model neither a patch tool nor a window.
 */
export const UNKNOWN_MODEL: FamilyDefaults = {
  ...DEFAULTS,
  contextWindow: 128_000,
  supportsParallelToolCalls: true,
  applyPatchTool: "function",
  shellTool: "shell_command",
};

const CODEX: Partial<FamilyDefaults> = {
  contextWindow: 272_000,
  supportsReasoningSummaries: true,
  applyPatchTool: "freeform",
  shellTool: "shell_command",
  truncation: TEN_K_TOKENS,
  summaryFormat: "experimental",
  thinking: "effort",
};

const CLAUDE: Partial<FamilyDefaults> = {
  ...UNKNOWN_MODEL,
  contextWindow: 200_000,
  supportsReasoningSummaries: true,
  truncation: TEN_K_TOKENS,
};

const GEMINI: Partial<FamilyDefaults> = {
  ...UNKNOWN_MODEL,
  contextWindow: 1_048_576,
  supportsReasoningSummaries: true,
  truncation: TEN_K_TOKENS,
  maxOutputTokens: 65_536,
};

/** Rows in the order of their precedence. Source: models spec, section 8.1, then what the providers publish. */
const ROWS: readonly FamilyRow[] = [
  { prefixes: ["o3"], family: "o3", ...reasoner(200_000) },
  { prefixes: ["o4-mini"], family: "o4-mini", ...reasoner(200_000) },
  { prefixes: ["codex-mini-latest"], family: "codex-mini-latest", ...reasoner(200_000), shellTool: "local_shell" },
  { prefixes: ["gpt-4.1"], family: "gpt-4.1", contextWindow: 1_047_576, needsPatchInstructions: true },
  {
    prefixes: ["gpt-oss", "openai/gpt-oss"],
    family: "gpt-oss",
    contextWindow: 96_000,
    applyPatchTool: "function",
    supportsImages: false,
  },
  { prefixes: ["gpt-4o"], family: "gpt-4o", contextWindow: 128_000, needsPatchInstructions: true },
  { prefixes: ["gpt-3.5"], family: "gpt-3.5", contextWindow: 16_385, needsPatchInstructions: true },
  {
    ...CODEX,
    prefixes: ["test-gpt-5"],
    family: "test-gpt-5",
    supportsParallelToolCalls: true,
    supportsVerbosity: true,
    applyPatchTool: null,
    base: "codex",
    experimentalTools: ["grep_files", "list_dir", "read_file", "test_sync_tool"],
  },
  { ...CODEX, prefixes: ["exp-codex"], family: "exp-codex", supportsParallelToolCalls: true, base: "codex-max" },
  {
    ...CODEX,
    prefixes: ["exp-"],
    family: "exp",
    supportsParallelToolCalls: true,
    shellTool: "unified_exec",
    supportsVerbosity: true,
    defaultVerbosity: "low",
    truncation: TEN_KB,
    defaultEffort: "medium",
    summaryFormat: "none",
  },
  { ...CODEX, prefixes: ["gpt-5.1-codex-max"], family: "gpt-5.1-codex-max", base: "codex-max" },
  { ...CODEX, prefixes: ["gpt-5-codex", "gpt-5.1-codex", "codex-"], family: "gpt-5-codex", base: "codex" },
  {
    ...CODEX,
    prefixes: ["gpt-5.1"],
    family: "gpt-5.1",
    supportsParallelToolCalls: true,
    supportsVerbosity: true,
    defaultVerbosity: "low",
    truncation: TEN_KB,
    base: "gpt-5.1",
    defaultEffort: "medium",
    summaryFormat: "none",
  },
  { prefixes: ["gpt-5"], family: "gpt-5", ...reasoner(272_000), supportsVerbosity: true },

  {
    ...CLAUDE,
    prefixes: [
      "claude-opus-4-6",
      "claude-opus-4-7",
      "claude-opus-4-8",
      "claude-opus-5",
      "claude-sonnet-5",
      "claude-sonnet-4-6",
    ],
    family: "claude-5",
    maxOutputTokens: 64_000,
    thinking: "adaptive",
    defaultEffort: "medium",
  },
  { ...CLAUDE, prefixes: ["claude-opus-4"], family: "claude-opus-4", maxOutputTokens: 32_000, thinking: "budget" },
  {
    ...CLAUDE,
    prefixes: ["claude-sonnet-4", "claude-haiku-4", "claude-3-7-sonnet"],
    family: "claude-4",
    maxOutputTokens: 64_000,
    thinking: "budget",
  },
  {
    ...CLAUDE,
    prefixes: ["claude-3"],
    family: "claude-3",
    maxOutputTokens: 8_192,
    supportsReasoningSummaries: false,
  },
  { ...CLAUDE, prefixes: ["claude-"], family: "claude", maxOutputTokens: 64_000, thinking: "adaptive" },
  { ...GEMINI, prefixes: ["gemini-2.5"], family: "gemini-2.5", thinking: "budget" },
  {
    ...GEMINI,
    prefixes: ["gemini-2", "gemini-1"],
    family: "gemini-2",
    supportsReasoningSummaries: false,
    maxOutputTokens: 8_192,
  },
  { ...GEMINI, prefixes: ["gemini-"], family: "gemini", thinking: "level" },
  {
    ...UNKNOWN_MODEL,
    prefixes: ["qwen3", "qwen-3", "qwen"],
    family: "qwen",
    contextWindow: 262_144,
    supportsImages: false,
  },
  { ...UNKNOWN_MODEL, prefixes: ["deepseek"], family: "deepseek", contextWindow: 128_000, supportsImages: false },
  { ...UNKNOWN_MODEL, prefixes: ["glm"], family: "glm", contextWindow: 200_000, supportsImages: false },
  { ...UNKNOWN_MODEL, prefixes: ["kimi"], family: "kimi", contextWindow: 262_144, supportsImages: false },
  { ...UNKNOWN_MODEL, prefixes: ["mistral", "devstral", "codestral"], family: "mistral", contextWindow: 128_000 },
];

function reasoner(contextWindow: number): Partial<FamilyDefaults> {
  return { contextWindow, supportsReasoningSummaries: true, needsPatchInstructions: true, thinking: "effort" };
}

/** What the table says about a slug, with every member filled in; null when it does not know it. */
export function findRow(slug: string): (FamilyDefaults & { readonly family: string }) | null {
  const row = ROWS.find(({ prefixes }) => prefixes.some((prefix) => slug.startsWith(prefix)));
  if (row === undefined) return null;
  const { prefixes: _, ...members } = row;
  return { ...DEFAULTS, ...members };
}
