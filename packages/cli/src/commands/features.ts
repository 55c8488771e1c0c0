import { FEATURES, loadConfig, readDotEnv, resolveHome } from "@heddle/config";
import { createSink } from "../exec/sink.ts";
import type { ProcessContext } from "../runtime/process.ts";

/**
 * `heddle features list`: every feature switch with its stage and its effective value, a line each.
 * @throws ConfigError
 */
export async function listFeatures(
  context: ProcessContext,
  { profile, overrides }: { readonly profile: string | null; readonly overrides: readonly string[] },
): Promise<number> {
  const home = resolveHome(context.env, context.userHome);
  const env = { ...readDotEnv(home), ...context.env };
  const flags = profile === null ? {} : { profile };
  const { features, warnings } = await loadConfig({ home, cwd: context.cwd, env, overrides, flags });
  const values: Readonly<Record<string, boolean>> = features;
  for (const { message } of warnings) process.stderr.write(`warning: ${message}\n`);
  const stdout = createSink(process.stdout);
  for (const [name, { stage }] of Object.entries(FEATURES)) stdout.write(`${name}\t${stage}\t${values[name]}\n`);
  await stdout.flushed();
  return 0;
}
