import { Option, type Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";
import { once } from "./option-kinds.ts";
import { optionsOf } from "./thread-options.ts";

interface FeaturesFlags {
  readonly profile?: string;
  readonly search?: boolean;
}

/** `features list`. Source: configuration spec, section 4. */
export function registerFeatures(features: Command, { context, run }: CommandSetup): void {
  const list = features
    .command("list")
    .description("print each feature, how settled it is, and whether it is on")
    .addOption(new Option("-p, --profile <name>", "the configuration profile to use").argParser(once))
    .option("--search", "let the model search the web")
    .addHelpText(
      "after",
      `
Examples:
  heddle features list
  heddle features list --enable skills | grep skills

A line is a name, a stage and true or false, with tabs between them.
Exit codes: 0 printed, 1 the configuration is wrong, 2 wrong usage.`,
    )
    .action(() =>
      run(async () => {
        const { profile = null, search = false } = optionsOf<FeaturesFlags>(list);
        const overrides = [...overridesOf(list), ...(search ? ["features.web_search_request=true"] : [])];
        const { listFeatures } = await import("../commands/features.ts");
        return listFeatures(context, { profile, overrides });
      }),
    );
}
