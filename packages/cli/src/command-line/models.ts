import type { Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";

interface ListFlags {
  readonly provider?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

interface ProbeFlags {
  readonly provider?: string;
  readonly model?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `models`: what there is to choose from, and what an endpoint can do. */
export function registerModels(models: Command, { context, run }: CommandSetup): void {
  models.addHelpText(
    "after",
    `
Examples:
  heddle models list
  heddle models list --provider anthropic
  heddle models probe --provider my-server --model qwen3-coder

Exit codes: 0 done, 1 the provider cannot be reached or refuses, 2 wrong usage.`,
  );
  const list = models
    .command("list")
    .description("the models to choose from, as model/list has them")
    .option("--provider <id>", "of this provider (default: the configured one)")
    .option("--all", "also those that are known and not offered")
    .option("--json", "JSON for programs");
  list.action(async () => {
    const { provider = null, all = false, json = false } = list.opts<ListFlags>();
    const overrides = overridesOf(list);
    await run(async () => {
      const { listModels } = await import("../commands/models.ts");
      return listModels(context, { provider, all, json, overrides });
    });
  });

  const probe = models
    .command("probe")
    .description("find out with a few real requests what an endpoint can do, and write it to your configuration")
    .option("--provider <id>", "this provider (default: the configured one)")
    .option("-m, --model <model>", "with this model (default: the configured one)")
    .option("--dry-run", "only show what was found")
    .option("--json", "JSON for programs")
    .addHelpText(
      "after",
      `
Asks some ten short questions, which costs tokens. What was found goes to [model_providers.<id>.dialect] and
[model_families."<model>"]; requests are built by it from the next thread on.`,
    );
  probe.action(async () => {
    const { provider = null, model = null, dryRun = false, json = false } = probe.opts<ProbeFlags>();
    const overrides = overridesOf(probe);
    await run(async () => {
      const { probeModel } = await import("../commands/models.ts");
      return probeModel(context, { provider, model, dryRun, json, overrides });
    });
  });
}
