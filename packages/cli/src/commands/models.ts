import { formatKeyPath, writeConfig, type LayerSources, type ResolvedConfig } from "@heddle/config";
import {
  builtInProviders,
  createModelClient,
  knownProviders,
  ModelError,
  probeEndpoint,
  toFamilyOverrides,
  type EndpointProfile,
  type ProviderConfig,
} from "@heddle/models";
import type { OfferedModel } from "@heddle/app-server";
import { createRuntime, type Runtime } from "../runtime/runtime.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { interruptOnSignals } from "../runtime/signals.ts";

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

interface ModelsRequest {
  /** Null: the configured one. */
  readonly provider: string | null;
  readonly json: boolean;
  readonly overrides: readonly string[];
}

/** `models list`: a line per model, the default one marked. */
export function listModels(
  context: ProcessContext,
  { all, json, ...request }: ModelsRequest & { readonly all: boolean },
): Promise<number> {
  return withRuntime(context, request, async (runtime) => {
    const config = await runtime.loadConfig(asked(request));
    if (providerOf(config, context) === null) return fail(`model provider \`${config.modelProvider}\` not found`);
    const models = (await runtime.host.listModels(config)).filter(({ isHidden }) => all || !isHidden);
    if (json) await print(`${JSON.stringify(models)}\n`);
    else await print(models.map(describeModel).join(""));
    return EXIT_DONE;
  });
}

/** The chosen provider; null when neither the configuration nor Heddle knows it. */
function providerOf(config: ResolvedConfig, { env }: ProcessContext): ProviderConfig | null {
  return knownProviders(config.modelProviders, env)[config.modelProvider] ?? null;
}

function describeModel({ id, displayName, description, supportedEfforts, isDefault, isHidden }: OfferedModel): string {
  const name = displayName === id ? [] : [displayName];
  const efforts = supportedEfforts.length === 0 ? [] : [supportedEfforts.map(({ effort }) => effort).join("/")];
  const marks = [...(isDefault ? ["default"] : []), ...(isHidden ? ["not offered"] : [])];
  const notes = [...name, description, ...efforts, ...marks].filter((note) => note !== "");
  return notes.length === 0 ? `${id}\n` : `${id}  ${notes.join("; ")}\n`;
}

/** `models probe`: asks the endpoint and writes down what it can do. */
export function probeModel(
  context: ProcessContext,
  {
    dryRun,
    json,
    model: named,
    ...request
  }: ModelsRequest & { readonly model: string | null; readonly dryRun: boolean },
): Promise<number> {
  return withRuntime(context, request, async (runtime) => {
    const config = await runtime.loadConfig({ ...asked(request), ...(named === null ? {} : { model: named }) });
    const provider = providerOf(config, context);
    if (provider === null) return fail(`model provider \`${config.modelProvider}\` not found`);
    const signals = interruptOnSignals();
    // A refusal is an answer here: nothing is repeated, and nothing that was configured hides what there is.
    const client = createModelClient({
      ...runtime.modelConnection({ ...provider, requestMaxRetries: 0, streamMaxRetries: 0, dialect: EVERYTHING }),
    });
    try {
      tell(`asking ${provider.name} (${provider.id}) with ${config.model}`);
      const { profile, refusals } = await probeEndpoint({
        client,
        model: config.model,
        signal: signals.interrupt,
        onQuestion: (question) => tell(`  ${question}`),
      });
      for (const { question, message } of refusals) tell(`  refused: ${question}: ${message}`);
      const edits = editsOf(profile, provider, config.model, context.env);
      await print(json ? `${JSON.stringify({ profile, refusals, edits })}\n` : describeProfile(profile));
      if (dryRun) return EXIT_DONE;
      return await write(runtime.host.configSources, edits);
    } catch (error) {
      if (signals.interrupt.aborted) return EXIT_INTERRUPTED;
      if (error instanceof ModelError) return fail(error.message);
      throw error;
    } finally {
      client.close();
      signals.release();
    }
  });
}

/** What a dialect may hold back is asked for as well. */
const EVERYTHING: ProviderConfig["dialect"] = {
  developerRole: true,
  parallelToolCalls: true,
  streamUsage: true,
  reasoningEffort: true,
  images: true,
};

interface Edit {
  readonly keyPath: string;
  readonly value: string | boolean;
  readonly mergeStrategy: "replace";
}

/** What of a profile differs from endpoint to endpoint, as keys of the configuration. Source: models spec, section 9.5. */
function editsOf(
  profile: EndpointProfile,
  { id }: ProviderConfig,
  model: string,
  env: ProcessContext["env"],
): readonly Edit[] {
  const edit = (keys: readonly string[], value: string | boolean): Edit => ({
    keyPath: formatKeyPath(keys),
    value,
    mergeStrategy: "replace",
  });
  const { dialect } = profile;
  // What is built in cannot be written over; its adapter learns the rest from refusals each time.
  const ofDialect =
    dialect === null || id in builtInProviders(env)
      ? []
      : Object.entries({
          reasoning_field: dialect.reasoningField ?? "none",
          developer_role: dialect.developerRole,
          parallel_tool_calls: dialect.parallelToolCalls,
          stream_usage: dialect.streamUsage,
          reasoning_effort: dialect.reasoningEffort,
          images: dialect.images,
          max_tokens_field: dialect.maxTokensField,
        }).map(([key, value]) => edit(["model_providers", id, "dialect", key], value));
  const family = toFamilyOverrides(profile);
  const ofFamily = Object.entries({
    supports_parallel_tool_calls: family.supportsParallelToolCalls,
    supports_images: family.supportsImages,
    ...(family.applyPatchTool === null ? { apply_patch_tool: "none" } : {}),
    ...(family.shellTool === undefined ? {} : { shell_tool: family.shellTool }),
  }).flatMap(([key, value]) => (value === undefined ? [] : [edit(["model_families", model, key], value)]));
  return [...ofDialect, ...ofFamily];
}

async function write(sources: LayerSources, edits: readonly Edit[]): Promise<number> {
  const outcome = await writeConfig(sources, { edits });
  if (!outcome.ok) return fail(outcome.message);
  tell(`written to ${outcome.filePath}`);
  if (outcome.overriddenMetadata !== null) tell(`warning: ${outcome.overriddenMetadata.message}`);
  return EXIT_DONE;
}

function describeProfile(profile: EndpointProfile): string {
  const { streamsText, toolCalls, parallelCalls, reasoning, images, usage, caching } = profile;
  const yes = (value: boolean): string => (value ? "yes" : "no");
  const rows: readonly (readonly [string, string])[] = [
    ["streams text", yes(streamsText)],
    ["tool calls", toolCalls],
    ["several calls at once", yes(parallelCalls)],
    ["shows reasoning", yes(reasoning)],
    ["takes images", yes(images)],
    ["tells token usage", yes(usage)],
    ["caches prefixes", caching === null ? "unknown" : yes(caching)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(22)} ${value}\n`).join("");
}

async function withRuntime(
  context: ProcessContext,
  { overrides }: Pick<ModelsRequest, "overrides">,
  action: (runtime: Runtime) => Promise<number>,
): Promise<number> {
  const warn = (message: string): void => tell(`warning: ${message}`);
  const runtime = await createRuntime({ context, originator: "codex_cli_rs", overrides, source: "cli", warn });
  try {
    return await action(runtime);
  } finally {
    await runtime.close();
  }
}

function asked({ provider }: Pick<ModelsRequest, "provider">): { readonly modelProvider?: string } {
  return provider === null ? {} : { modelProvider: provider };
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function fail(message: string): number {
  tell(`Error: ${message}`);
  return EXIT_FAILED;
}

function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}
