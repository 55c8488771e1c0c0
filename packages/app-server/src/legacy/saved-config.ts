import { ConfigError, defaultModelEdits, readConfig, updateUserConfig } from "@heddle/config";
import { internalError, isJsonObject, type UserSavedConfig } from "@heddle/protocol";
import type { LegacyHandler } from "./handler.ts";

/** `getUserSavedConfig`: what files say; flags of the command line are not among it. */
export const getUserSavedConfig: LegacyHandler<"getUserSavedConfig"> = async (_, { session }) => {
  try {
    const { config } = await readConfig({ ...session.host.configSources, overrides: [] });
    return { config: viewConfig(config) };
  } catch (error) {
    throw failure(error, "failed to load configuration");
  }
};

/** `setDefaultModel`: in the profile that the file has in use, if it has one. What is not given is cleared. */
export const setDefaultModel: LegacyHandler<"setDefaultModel"> = async ({ model, reasoningEffort }, { session }) => {
  const { configSources } = session.host;
  try {
    const { config } = await readConfig({ ...configSources, overrides: [] });
    const profile = textIn(config, "profile");
    const edits = defaultModelEdits({ profile, model: model ?? null, reasoningEffort: reasoningEffort ?? null });
    await updateUserConfig(configSources.home, edits);
    return {};
  } catch (error) {
    throw failure(error, "failed to persist model selection");
  }
};

type Members = Readonly<Record<string, unknown>>;

function viewConfig(config: Members): UserSavedConfig {
  const { profiles } = config;
  return {
    ...viewChoices(config),
    sandboxMode: wordIn(config, "sandbox_mode", ["read-only", "workspace-write", "danger-full-access"]),
    sandboxSettings: viewSandbox(config["sandbox_workspace_write"]),
    forcedChatgptWorkspaceId: textIn(config, "forced_chatgpt_workspace_id"),
    forcedLoginMethod: wordIn(config, "forced_login_method", ["chatgpt", "api"]),
    tools: viewTools(config["tools"]),
    profile: textIn(config, "profile"),
    profiles: Object.fromEntries(
      Object.entries(isJsonObject(profiles) ? profiles : {}).map(([name, profile]) => {
        const members = isJsonObject(profile) ? profile : {};
        const modelProvider = textIn(members, "model_provider");
        return [name, { ...viewChoices(members), modelProvider, chatgptBaseUrl: textIn(members, "chatgpt_base_url") }];
      }),
    ),
  };
}

/** What a profile may choose, too. */
function viewChoices(config: Members) {
  return {
    model: textIn(config, "model"),
    approvalPolicy: wordIn(config, "approval_policy", ["untrusted", "on-failure", "on-request", "never"]),
    modelReasoningEffort: wordIn(config, "model_reasoning_effort", [
      "none",
      "minimal",
      "low",
      "medium",
      "high",
      "xhigh",
    ]),
    modelReasoningSummary: wordIn(config, "model_reasoning_summary", ["auto", "concise", "detailed", "none"]),
    modelVerbosity: wordIn(config, "model_verbosity", ["low", "medium", "high"]),
  };
}

function viewSandbox(settings: unknown): UserSavedConfig["sandboxSettings"] {
  if (!isJsonObject(settings)) return null;
  const roots = settings["writable_roots"];
  return {
    writableRoots: Array.isArray(roots) ? roots.filter((root) => typeof root === "string") : [],
    networkAccess: settings["network_access"] === true,
    excludeTmpdirEnvVar: settings["exclude_tmpdir_env_var"] === true,
    excludeSlashTmp: settings["exclude_slash_tmp"] === true,
  };
}

function viewTools(tools: unknown): UserSavedConfig["tools"] {
  if (!isJsonObject(tools)) return null;
  const webSearch = tools["web_search"] ?? tools["web_search_request"];
  const viewImage = tools["view_image"];
  return {
    webSearch: typeof webSearch === "boolean" ? webSearch : null,
    viewImage: typeof viewImage === "boolean" ? viewImage : null,
  };
}

function textIn(members: Members, name: string): string | null {
  const value = members[name];
  return typeof value === "string" ? value : null;
}

/** A value out of a list of words; the configuration has been validated, so that there is no other. */
function wordIn<const Word extends string>(members: Members, name: string, words: readonly Word[]): Word | null {
  const value = textIn(members, name);
  return words.find((word) => word === value) ?? null;
}

function failure(error: unknown, doing: string): unknown {
  return error instanceof ConfigError ? internalError(`${doing}: ${error.message}`, { cause: error }) : error;
}
