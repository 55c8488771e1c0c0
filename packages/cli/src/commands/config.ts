import {
  configJsonSchema,
  configKeys,
  findKeySettings,
  formatKeyPath,
  formatTomlValue,
  nearest,
  parseConfigValue,
  parseKeyPath,
  readConfig,
  resolveHome,
  validateConfig,
  valueAt,
  writeConfig,
  type ConfigFailure,
  type ConfigKey,
  type ConfigWriteOutcome,
  type LayerSources,
} from "@heddle/config";
import type { JsonValue } from "@heddle/protocol";
import { createSink } from "../exec/sink.ts";
import type { ProcessContext } from "../runtime/process.ts";

/** What all of `heddle config` is told. */
export interface ConfigRequest {
  readonly context: ProcessContext;
  /** `-c key=value`, `--enable` and `--disable`. */
  readonly overrides: readonly string[];
  readonly json: boolean;
}

const EXIT_DONE = 0;
const EXIT_FAILED = 1;

/** `config list`: everything that is set, with the layer that it comes from. */
export async function listSettings({ json, ...request }: ConfigRequest): Promise<number> {
  const view = await readConfig(sourcesOf(request));
  if (json) return print(`${JSON.stringify(view, null, 2)}\n`);
  const lines = leaves(view.config, []).map(({ path, value }) => {
    const origin = view.origins[path.join(".")];
    return `${formatKeyPath(path)} = ${formatTomlValue(value)}${origin === undefined ? "" : `  # ${origin.name}: ${origin.source}`}\n`;
  });
  return print(lines.join("") || "nothing is set: the defaults hold (heddle config keys)\n");
}

/** `config keys`: every key there is. */
export function listKeys({ json }: Pick<ConfigRequest, "json">): Promise<number> {
  const keys = configKeys();
  if (json) return print(`${JSON.stringify(keys, null, 2)}\n`);
  return print(keys.map(describeKey).join(""));
}

/** `config get KEY`: the value that holds; 1 when none is set. */
export async function getSetting({ json, ...request }: ConfigRequest, key: string): Promise<number> {
  const path = readKeyPath(key);
  const { config } = await readConfig(sourcesOf(request));
  const value = valueAt(config, path);
  if (value !== undefined) {
    const text = json ? JSON.stringify(value) : typeof value === "string" ? value : formatTomlValue(value);
    return print(`${text}\n`);
  }
  const known = configKeys().find((each) => each.key === formatKeyPath(path));
  if (known === undefined) throw new Error(`\`${key}\` is not set${suggestion(key)}`);
  throw new Error(`\`${key}\` is not set; the default is ${known.default ?? "none"}`);
}

/** `config set KEY VALUE`: writes the user's file, with comments and order kept. Nothing else is changed. */
export async function setSetting(
  request: ConfigRequest,
  { key, value, strict }: { readonly key: string; readonly value: string; readonly strict: boolean },
): Promise<number> {
  const path = readKeyPath(key);
  const sources = sourcesOf(request);
  const edit = {
    keyPath: formatKeyPath(path),
    value: await parseConfigValue(value),
    mergeStrategy: "replace" as const,
  };
  const unknownBefore = await unknownKeys(sources);
  const withEdit = { ...sources, overrides: [...sources.overrides, `${edit.keyPath}=${value}`] };
  const unknown = (await unknownKeys(withEdit)).filter((each) => !unknownBefore.some((old) => old.key === each.key));
  if (strict && unknown[0] !== undefined) throw new Error(`${unknown[0].reason}; nothing was written`);
  for (const { reason } of unknown) tell(`warning: ${reason}`);
  return report(request, await writeConfig(sources, { edits: [edit] }), edit.keyPath);
}

/** `config unset KEY`: takes a key out of the user's file. */
export async function unsetSetting(request: ConfigRequest, key: string): Promise<number> {
  const keyPath = formatKeyPath(readKeyPath(key));
  const edits = [{ keyPath, value: null, mergeStrategy: "replace" as const }];
  return report(request, await writeConfig(sourcesOf(request), { edits }), keyPath);
}

/** `config where [KEY]`: the files that are read, or the places that set a key; the first one counts. */
export async function whereIs({ json, ...request }: ConfigRequest, key: string | null): Promise<number> {
  const sources = sourcesOf(request);
  if (key === null) {
    const { layers } = await readConfig(sources);
    const places = layers.map(({ name, source }) => ({ layer: name, source }));
    return print(
      json ? `${JSON.stringify(places)}\n` : places.map(({ layer, source }) => `${layer}: ${source}\n`).join(""),
    );
  }
  const settings = await findKeySettings(sources, readKeyPath(key));
  if (settings.length === 0) throw new Error(`\`${key}\` is not set anywhere${suggestion(key)}`);
  if (json) return print(`${JSON.stringify(settings)}\n`);
  const lines = settings.map(({ layer, source, line, value }, at) => {
    const place = line === null ? source : `${source}:${line}`;
    return `${place}: ${formatTomlValue(value)}  # ${layer}${at === 0 ? "" : ", hidden"}\n`;
  });
  return print(lines.join(""));
}

/** `config validate`: everything that is wrong, with its place. Unknown keys are warnings unless `strict`. */
export async function validateSettings(
  { json, ...request }: ConfigRequest,
  { strict }: { readonly strict: boolean },
): Promise<number> {
  const found = await validateConfig(sourcesOf(request));
  const isError = ({ kind }: ConfigFailure): boolean => strict || kind !== "unknownKey";
  const exitCode = found.some(isError) ? EXIT_FAILED : EXIT_DONE;
  if (json) {
    const problems = found.map((failure) => ({ severity: isError(failure) ? "error" : "warning", ...failure }));
    await print(`${JSON.stringify({ valid: exitCode === EXIT_DONE, problems })}\n`);
    return exitCode;
  }
  for (const failure of found) tell(`${isError(failure) ? "error" : "warning"}: ${describeFailure(failure)}`);
  if (exitCode === EXIT_DONE) await print("the configuration is valid\n");
  return exitCode;
}

/** `config schema`: the JSON Schema of `config.toml`, for editors. */
export function printSchema(): Promise<number> {
  return print(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}

function sourcesOf({ context, overrides }: Pick<ConfigRequest, "context" | "overrides">): LayerSources {
  return { home: resolveHome(context.env, context.userHome), env: context.env, overrides };
}

function readKeyPath(key: string): readonly string[] {
  const parsed = parseKeyPath(key);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.path;
}

interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: JsonValue;
}

/** What is set, down to what is no table or array of its own. */
function leaves(value: JsonValue, path: Leaf["path"]): readonly Leaf[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : leaves(inner, [...path, isList ? Number(key) : key]),
  );
}

async function unknownKeys(sources: LayerSources): Promise<readonly ConfigFailure[]> {
  return (await validateConfig(sources)).filter(({ kind }) => kind === "unknownKey");
}

async function report({ json }: ConfigRequest, outcome: ConfigWriteOutcome, key: string): Promise<number> {
  if (!outcome.ok) throw new Error(`nothing was written: ${outcome.message}`);
  const { overriddenMetadata, filePath } = outcome;
  if (json) return print(`${JSON.stringify(outcome)}\n`);
  if (overriddenMetadata !== null) {
    const { message, effectiveValue, overridingLayer } = overriddenMetadata;
    tell(
      `warning: ${filePath} has it, but \`${key}\` stays ${formatTomlValue(effectiveValue)}: ${message} (${overridingLayer.source})`,
    );
  }
  return EXIT_DONE;
}

function suggestion(key: string): string {
  const known = nearest(
    key,
    configKeys().map((each) => each.key),
  );
  return known === null || known === key ? "" : `; did you mean \`${known}\`?`;
}

function describeKey({ key, type, required, default: byDefault, doc }: ConfigKey): string {
  const more = [type, required ? "required" : null, byDefault === null ? null : `default ${byDefault}`];
  return `${key}\n    ${more.filter((part) => part !== null).join(", ")}\n    ${doc}\n`;
}

function describeFailure({ file, line, column, key, reason }: ConfigFailure): string {
  const place = [file, line, column].filter((part) => part !== null).join(":");
  const where = key === null || reason.includes(key) ? "" : ` (in \`${key}\`)`;
  return `${place === "" ? "" : `${place}: `}${reason}${where}`;
}

async function print(text: string): Promise<number> {
  const stdout = createSink(process.stdout);
  stdout.write(text);
  await stdout.flushed();
  return EXIT_DONE;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
