import type { ConfigWarning } from "../check-layers.ts";
import type { ConfiguredModel, FamilyOverrides, ProviderConfig } from "@heddle/models";
import type { FeatureSet } from "../features.ts";
import type { ConfigTable } from "../schema/fields/root.ts";

/** What a key holds once it is there. */
type Given<K extends keyof ConfigTable> = Exclude<ConfigTable[K], undefined>;

export type ApprovalPolicy = Given<"approval_policy">;
export type SandboxMode = Given<"sandbox_mode">;
export type ReasoningEffort = Given<"model_reasoning_effort">;
export type ReasoningSummary = Given<"model_reasoning_summary">;
export type Verbosity = Given<"model_verbosity">;
export type TrustLevel = "trusted" | "untrusted";

/** What commands may write and reach. */
export type SandboxPolicy =
  | { readonly type: "danger-full-access" }
  | { readonly type: "read-only" }
  | {
      readonly type: "workspace-write";
      /** Absolute, beside the working directory. */
      readonly writableRoots: readonly string[];
      readonly networkAccess: boolean;
      readonly excludeTmpdirEnvVar: boolean;
      readonly excludeSlashTmp: boolean;
    };

/** The environment of commands. */
export interface ShellEnvironmentPolicy {
  readonly inherit: "all" | "core" | "none";
  readonly ignoreDefaultExcludes: boolean;
  readonly exclude: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly includeOnly: readonly string[];
  /** Whether commands run through the user's shell profile. */
  readonly useProfile: boolean;
}

/** An MCP server, by what reaches it. */
export interface McpServerSettings {
  readonly transport:
    | {
        readonly type: "stdio";
        readonly command: string;
        readonly args: readonly string[];
        readonly env: Readonly<Record<string, string>> | null;
        readonly envVars: readonly string[];
        /** Null: that of the process. */
        readonly cwd: string | null;
      }
    | {
        readonly type: "http";
        readonly url: string;
        readonly bearerTokenEnvVar: string | null;
        readonly httpHeaders: Readonly<Record<string, string>> | null;
        readonly envHttpHeaders: Readonly<Record<string, string>> | null;
        /** Null: a client is registered with each login. */
        readonly oauth: {
          readonly clientId: string;
          /** Null: it has no secret. */
          readonly clientSecretEnvVar: string | null;
          /** Null: a free one. */
          readonly callbackPort: number | null;
        } | null;
      };
  readonly enabled: boolean;
  readonly startupTimeoutMs: number;
  readonly toolTimeoutMs: number;
  /** Null: all. */
  readonly enabledTools: readonly string[] | null;
  readonly disabledTools: readonly string[];
  /** Which calls are asked about: none, those of tools that the server marks as destructive, all. */
  readonly toolApproval: "approve" | "auto" | "prompt";
}

/** A budget; null where there is no bound of that kind. */
export interface Limit {
  readonly soft: number | null;
  readonly hard: number | null;
}

export interface ScopeLimits {
  readonly tokens: Limit | null;
  readonly toolCalls: Limit | null;
  readonly wallSeconds: Limit | null;
  readonly usd: Limit | null;
}

/** What a model costs: US dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

/** Certificate files, absolute. */
export interface OtelTls {
  readonly caCertificate: string | null;
  readonly clientCertificate: string | null;
  readonly clientPrivateKey: string | null;
}

/** How much a log says. */
export type LogLevel = "off" | "error" | "warn" | "info" | "debug";

export type OtelExporter =
  | { readonly type: "none" }
  | {
      readonly type: "otlp-http";
      readonly endpoint: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly protocol: "binary" | "json";
      readonly tls: OtelTls | null;
    }
  | {
      readonly type: "otlp-grpc";
      readonly endpoint: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly tls: OtelTls | null;
    };

/** A switch that was set by a name it no longer has. */
export interface Deprecation {
  readonly summary: string;
  readonly details: string;
}

/** What an administrator has set: nothing looser may be chosen. */
export interface ManagedBounds {
  readonly approvalPolicy: { readonly value: ApprovalPolicy; readonly source: string } | null;
  readonly sandboxMode: { readonly value: SandboxMode; readonly source: string } | null;
}

/**
 * The configuration of one thread: all layers merged, the profile applied, defaults filled in. Null means that nothing
 * is configured and the model or the place of use decides.
 */
export interface ResolvedConfig {
  readonly home: string;
  /** The working directory, absolute. */
  readonly cwd: string;
  /** The profile in use. */
  readonly profile: string | null;

  readonly model: string;
  /** Null: chosen by the model of the thread that is reviewed. */
  readonly reviewModel: string | null;
  readonly modelProvider: string;
  /** The providers that the user defined, by id; built-in ones are not among them. */
  readonly modelProviders: Readonly<Record<string, ProviderConfig>>;
  /** What the person has added to the choice of models. */
  readonly models: readonly ConfiguredModel[];
  /** By the prefix of the slug. */
  readonly modelFamilies: Readonly<Record<string, FamilyOverrides>>;
  readonly modelContextWindow: number | null;
  readonly modelAutoCompactTokenLimit: number | null;
  readonly toolOutputTokenLimit: number | null;
  readonly reasoningEffort: ReasoningEffort | null;
  readonly reasoningSummary: ReasoningSummary;
  readonly modelSupportsReasoningSummaries: boolean | null;
  readonly modelReasoningSummaryFormat: "none" | "experimental" | null;
  readonly modelVerbosity: Verbosity | null;
  readonly chatgptBaseUrl: string;
  readonly ossProvider: "lmstudio" | "ollama" | null;

  readonly approvalPolicy: ApprovalPolicy;
  /** Whether a flag, a profile or a file chose it; only when neither this nor the sandbox was chosen, trust is asked about. */
  readonly approvalPolicyExplicit: boolean;
  readonly sandboxPolicy: SandboxPolicy;
  readonly sandboxPolicyExplicit: boolean;
  readonly sandboxAllowUnixSockets: boolean;
  readonly sandboxRequireFull: boolean;
  /** Absolute paths that sandboxed commands may not read, beside Heddle's own credentials. */
  readonly sandboxDenyRead: readonly string[];
  readonly managed: ManagedBounds;
  readonly trustLevel: TrustLevel | null;
  readonly shellEnvironmentPolicy: ShellEnvironmentPolicy;

  readonly notify: readonly string[] | null;
  readonly baseInstructions: string | null;
  readonly developerInstructions: string | null;
  readonly compactPrompt: string | null;
  readonly projectDocMaxBytes: number;
  readonly projectDocFallbackFilenames: readonly string[];
  readonly history: { readonly persistence: "save-all" | "none"; readonly maxBytes: number | null };

  readonly features: FeatureSet;
  /** The `SKILL.md` of skills that are switched off, absolute. */
  readonly disabledSkills: readonly string[];
  readonly deprecations: readonly Deprecation[];
  readonly limits: { readonly turn: ScopeLimits; readonly thread: ScopeLimits };
  /** By the beginning of the model's slug. */
  readonly modelPrices: Readonly<Record<string, ModelPrice>>;

  readonly fileOpener: "vscode" | "vscode-insiders" | "windsurf" | "cursor" | "none";
  readonly hideAgentReasoning: boolean;
  readonly showRawAgentReasoning: boolean;
  readonly checkForUpdateOnStartup: boolean;
  readonly disablePasteBurst: boolean;
  readonly windowsWslSetupAcknowledged: boolean;
  readonly tui: {
    readonly notifications: boolean | readonly ("agent-turn-complete" | "approval-requested")[];
    readonly animations: boolean;
    readonly showTooltips: boolean;
  };
  /** Notices that were seen, by the names in the file. */
  readonly notice: Given<"notice">;

  readonly authCredentialsStore: "file" | "keyring" | "auto";
  readonly mcpOauthCredentialsStore: "auto" | "file" | "keyring";
  readonly forcedLoginMethod: "chatgpt" | "api" | null;
  readonly forcedChatgptWorkspaceId: string | null;

  readonly mcpServers: Readonly<Record<string, McpServerSettings>>;
  readonly log: { readonly file: LogLevel; readonly stderr: LogLevel | null };
  readonly otel: { readonly logUserPrompt: boolean; readonly environment: string; readonly exporter: OtelExporter };

  /** For the person: unknown keys and the like. */
  readonly warnings: readonly ConfigWarning[];
}
