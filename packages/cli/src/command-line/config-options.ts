import { featureKey } from "@heddle/config";
import type { Command } from "commander";
import { append } from "./option-kinds.ts";

interface ConfigOptions {
  readonly config?: readonly string[];
  readonly enable?: readonly string[];
  readonly disable?: readonly string[];
  readonly strictConfig?: boolean;
  readonly verbose?: boolean;
}

/** What `--verbose` is short for. */
const VERBOSE = 'log.stderr="debug"';
/** What `--strict-config` is short for. */
export const STRICT_CONFIG = "strict_config=true";

/** Adds `-c`, `--enable`, `--disable`, `--strict-config` and `--verbose`: they are good before and behind each name. */
export function addConfigOptions(command: Command): void {
  command
    .option("-c, --config <key=value>", "override a configuration value (repeatable)", append)
    .option("--enable <feature>", "switch a feature on (repeatable)", append)
    .option("--disable <feature>", "switch a feature off (repeatable)", append)
    .option("--strict-config", "refuse unknown configuration keys instead of warning about them")
    .option("--verbose", "say on standard error what is going on");
}

/**
 * All overrides of a command line, those before the subcommand first: later ones win.
 * @throws Error for a feature that does not exist. Source: configuration spec, section 2.
 */
export function overridesOf(command: Command): string[] {
  const chain: Command[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) chain.unshift(at);
  return chain.flatMap((at) => {
    const { config = [], enable = [], disable = [], strictConfig = false, verbose = false } = at.opts<ConfigOptions>();
    return [
      ...(strictConfig ? [STRICT_CONFIG] : []),
      ...(verbose ? [VERBOSE] : []),
      ...config,
      ...enable.map((feature) => featureOverride(feature, true)),
      ...disable.map((feature) => featureOverride(feature, false)),
    ];
  });
}

function featureOverride(feature: string, on: boolean): string {
  if (featureKey(feature) === null) throw new Error(`Unknown feature flag: ${feature}`);
  return `features.${feature}=${on}`;
}
