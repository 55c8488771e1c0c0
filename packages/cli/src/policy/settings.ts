import { loadConfig, readDotEnv, resolveHome, type ConfigFlags, type ResolvedConfig } from "@heddle/config";
import { readHomePolicy } from "@heddle/core";
import { emptyPolicy, type Policy } from "@heddle/execpolicy";
import type { Environment } from "@heddle/sandbox";
import { resolve } from "node:path";
import type { ProcessContext } from "../runtime/process.ts";
import { readNamedPolicy } from "./rule-files.ts";

/** Where a question about rules takes its answer from. */
export interface PolicySources {
  /** Rule files instead of those of the home; null for those. */
  readonly ruleFiles: readonly string[] | null;
  /** `-c key=value` as given. */
  readonly overrides: readonly string[];
  readonly flags?: ConfigFlags;
}

/** The rules, and what else decides. */
export interface PolicySettings {
  readonly home: string;
  /** The folder that is asked about, absolute. */
  readonly cwd: string;
  readonly env: Environment;
  readonly config: ResolvedConfig;
  readonly policy: Policy;
}

/**
 * Reads configuration and rules as a thread would. Without the feature no rule file of the home is read, not even a
 * broken one.
 * @throws ConfigError, RuleFileError, EngineError `rules`.
 */
export async function loadPolicy(context: ProcessContext, sources: PolicySources): Promise<PolicySettings> {
  const { ruleFiles, overrides, flags = {} } = sources;
  const home = resolveHome(context.env, context.userHome);
  const env = { ...readDotEnv(home), ...context.env };
  const cwd = resolve(context.cwd, flags.cwd ?? ".");
  const config = await loadConfig({ home, cwd: context.cwd, env, overrides, flags });
  if (ruleFiles !== null) return { home, cwd, env, config, policy: await readNamedPolicy(ruleFiles, context.cwd) };
  return { home, cwd, env, config, policy: config.features.exec_policy ? await readHomePolicy(home) : emptyPolicy };
}
