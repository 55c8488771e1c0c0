import type { ConfigWarning } from "../check-layers.ts";
import { isLocalProvider, LOCAL_MODELS } from "@heddle/models";
import { basename, join, resolve } from "node:path";
import { ConfigError } from "../config-error.ts";
import type { ConfigTable, ProfileTable } from "../schema/fields/root.ts";
import { resolveFeatures } from "./features.ts";
import type { ConfigFlags } from "./flags.ts";
import { resolveLimits, resolvePrices } from "./limits.ts";
import { assertWithinManaged } from "./managed-bounds.ts";
import { resolveMcpServers } from "./mcp-servers.ts";
import { resolveOtel } from "./otel.ts";
import { resolveModelFamilies, resolveModels, resolveProviders } from "./providers.ts";
import type { ApprovalPolicy, ManagedBounds, ResolvedConfig, SandboxPolicy, TrustLevel } from "./resolved-config.ts";

/** Used where nothing is configured. Source: configuration spec, section 3. */
const DEFAULT_MODEL = "gpt-5.1-codex-max";
const DEFAULT_PROJECT_DOC_BYTES = 32_768;

/** What is known once all files have been read. */
export interface Resolution {
  readonly home: string;
  /** Absolute. */
  readonly cwd: string;
  /** The user's home directory, for `~`; null when unknown. */
  readonly userHome: string | null;
  /** All layers merged and checked. */
  readonly config: ConfigTable;
  readonly profileName: string | null;
  readonly profile: ProfileTable;
  readonly flags: ConfigFlags;
  readonly managed: ManagedBounds;
  readonly trustLevel: TrustLevel | null;
  /** Texts of the files that the configuration names. */
  readonly baseInstructions: string | null;
  readonly compactPrompt: string | null;
  readonly warnings: readonly ConfigWarning[];
}

/**
 * Applies flags, profile and defaults, in this order for each key: flag, profile, root, default.
 * @throws ConfigError `managed`.
 */
export function resolveConfig(resolution: Resolution): ResolvedConfig {
  const { home, cwd, config, profile, profileName, flags, managed, trustLevel, warnings } = resolution;
  const { features, deprecations } = resolveFeatures(config, profile);
  const modelProvider = flags.modelProvider ?? profile.model_provider ?? config.model_provider ?? "openai";
  return {
    home,
    cwd,
    profile: profileName,

    model: flags.model ?? profile.model ?? config.model ?? defaultModel(modelProvider),
    reviewModel: config.review_model ?? null,
    modelProvider,
    modelProviders: resolveProviders(config.model_providers),
    models: resolveModels(config.models),
    modelFamilies: resolveModelFamilies(config.model_families),
    modelContextWindow: config.model_context_window ?? null,
    modelAutoCompactTokenLimit: config.model_auto_compact_token_limit ?? null,
    toolOutputTokenLimit: config.tool_output_token_limit ?? null,
    reasoningEffort: flags.reasoningEffort ?? profile.model_reasoning_effort ?? config.model_reasoning_effort ?? null,
    reasoningSummary: profile.model_reasoning_summary ?? config.model_reasoning_summary ?? "auto",
    modelSupportsReasoningSummaries: config.model_supports_reasoning_summaries ?? null,
    modelReasoningSummaryFormat: config.model_reasoning_summary_format ?? null,
    modelVerbosity: profile.model_verbosity ?? config.model_verbosity ?? null,
    chatgptBaseUrl: profile.chatgpt_base_url ?? config.chatgpt_base_url ?? "https://chatgpt.com/backend-api/",
    ossProvider: profile.oss_provider ?? config.oss_provider ?? null,

    ...resolveApproval(resolution),
    ...resolveSandbox(resolution),
    managed,
    trustLevel,
    shellEnvironmentPolicy: resolveEnvironment(config),

    notify: config.notify ?? null,
    baseInstructions: resolution.baseInstructions,
    developerInstructions: flags.developerInstructions ?? config.developer_instructions ?? null,
    compactPrompt: resolution.compactPrompt,
    projectDocMaxBytes: config.project_doc_max_bytes ?? DEFAULT_PROJECT_DOC_BYTES,
    projectDocFallbackFilenames: trimmed(config.project_doc_fallback_filenames),
    history: {
      persistence: config.history?.persistence ?? "save-all",
      maxBytes: config.history?.max_bytes ?? null,
    },

    features,
    disabledSkills: resolveDisabledSkills(resolution),
    deprecations,
    limits: resolveLimits(config.limits),
    modelPrices: resolvePrices(config.model_prices),

    fileOpener: config.file_opener ?? "vscode",
    hideAgentReasoning: config.hide_agent_reasoning ?? false,
    showRawAgentReasoning: flags.showRawAgentReasoning ?? config.show_raw_agent_reasoning ?? false,
    checkForUpdateOnStartup: config.check_for_update_on_startup ?? true,
    disablePasteBurst: config.disable_paste_burst ?? false,
    windowsWslSetupAcknowledged: config.windows_wsl_setup_acknowledged ?? false,
    tui: {
      notifications: config.tui?.notifications ?? true,
      animations: config.tui?.animations ?? true,
      showTooltips: config.tui?.show_tooltips ?? true,
    },
    notice: config.notice ?? {},

    authCredentialsStore: config.cli_auth_credentials_store ?? "file",
    mcpOauthCredentialsStore: config.mcp_oauth_credentials_store ?? "auto",
    forcedLoginMethod: config.forced_login_method ?? null,
    forcedChatgptWorkspaceId: config.forced_chatgpt_workspace_id?.trim() || null,

    mcpServers: resolveMcpServers(config.mcp_servers),
    log: { file: config.log?.file ?? "off", stderr: config.log?.stderr ?? null },
    otel: resolveOtel(config.otel, home),
    warnings,
  };
}

function resolveDisabledSkills({ config, cwd, userHome }: Resolution): readonly string[] {
  const switches = (config.skills?.config ?? []).map(({ path, enabled = true }): [string, boolean] => {
    const place = absolutePath(path, { cwd, userHome });
    return [basename(place) === "SKILL.md" ? place : join(place, "SKILL.md"), enabled];
  });
  return [...new Map(switches)].flatMap(([path, enabled]) => (enabled ? [] : [path]));
}

/** A server of this machine has none of the models that others offer. */
function defaultModel(provider: string): string {
  return isLocalProvider(provider) ? LOCAL_MODELS[provider] : DEFAULT_MODEL;
}

function resolveApproval(resolution: Resolution): Pick<ResolvedConfig, "approvalPolicy" | "approvalPolicyExplicit"> {
  const { config, profile, flags, managed, trustLevel } = resolution;
  const configured = flags.approvalPolicy ?? profile.approval_policy ?? config.approval_policy;
  if (flags.unattended === true) {
    refuseUnattended(managed);
    return { approvalPolicy: "never", approvalPolicyExplicit: true };
  }
  if (configured !== undefined) assertWithinManaged(managed, { approvalPolicy: configured });
  const byDefault: ApprovalPolicy = trustLevel === "untrusted" ? "untrusted" : "on-request";
  return { approvalPolicy: configured ?? byDefault, approvalPolicyExplicit: configured !== undefined };
}

/** Under `untrusted` a person sees each command first; without a person these would run unseen. */
function refuseUnattended({ approvalPolicy }: ManagedBounds): void {
  if (approvalPolicy?.value !== "untrusted") return;
  const { source } = approvalPolicy;
  const reason = `${source} sets \`untrusted\`: a person has to see the commands, and here nobody can be asked`;
  throw new ConfigError({ kind: "managed", file: source, key: "approval_policy", reason });
}

function resolveSandbox(
  resolution: Resolution,
): Pick<
  ResolvedConfig,
  "sandboxPolicy" | "sandboxPolicyExplicit" | "sandboxAllowUnixSockets" | "sandboxRequireFull" | "sandboxDenyRead"
> {
  const { config, profile, flags, managed, trustLevel, userHome, cwd } = resolution;
  const configured = flags.sandboxMode ?? profile.sandbox_mode ?? config.sandbox_mode;
  if (configured !== undefined) assertWithinManaged(managed, { sandboxMode: configured });
  const mode = configured ?? (trustLevel === null ? "read-only" : "workspace-write");
  return {
    sandboxPolicy: mode === "workspace-write" ? workspaceWrite(resolution) : { type: mode },
    sandboxPolicyExplicit: configured !== undefined,
    sandboxAllowUnixSockets: config.sandbox_workspace_write?.allow_unix_sockets ?? false,
    sandboxRequireFull: config.sandbox_require_full ?? false,
    sandboxDenyRead: (config.sandbox?.deny_read ?? []).map((path) => absolutePath(path, { cwd, userHome })),
  };
}

function workspaceWrite({ config, flags, cwd, userHome }: Resolution): SandboxPolicy {
  const table = config.sandbox_workspace_write ?? {};
  const roots = [...(table.writable_roots ?? []), ...(flags.addDirs ?? [])];
  return {
    type: "workspace-write",
    writableRoots: [...new Set(roots.map((root) => absolutePath(root, { cwd, userHome })))],
    networkAccess: table.network_access ?? false,
    excludeTmpdirEnvVar: table.exclude_tmpdir_env_var ?? false,
    excludeSlashTmp: table.exclude_slash_tmp ?? false,
  };
}

function absolutePath(path: string, { cwd, userHome }: { cwd: string; userHome: string | null }): string {
  if (userHome !== null && (path === "~" || path.startsWith("~/"))) return resolve(userHome, `.${path.slice(1)}`);
  return resolve(cwd, path);
}

function resolveEnvironment({
  shell_environment_policy: table = {},
}: ConfigTable): ResolvedConfig["shellEnvironmentPolicy"] {
  return {
    inherit: table.inherit ?? "all",
    ignoreDefaultExcludes: table.ignore_default_excludes ?? false,
    exclude: table.exclude ?? [],
    set: table.set ?? {},
    includeOnly: table.include_only ?? [],
    useProfile: table.experimental_use_profile ?? false,
  };
}

function trimmed(names: readonly string[] = []): readonly string[] {
  return names.map((name) => name.trim()).filter((name) => name !== "");
}
