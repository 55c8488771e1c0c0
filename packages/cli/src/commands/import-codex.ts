import { resolveHome, validateConfig } from "@heddle/config";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createSink } from "../exec/sink.ts";
import { copyPart, type ImportedFile } from "../import-codex/copy.ts";
import { LEFT, PARTS, type ImportPart } from "../import-codex/parts.ts";
import type { ProcessContext } from "../runtime/process.ts";

/** What `heddle import codex` is told. */
export interface ImportRequest {
  /** The home to take from; null: `~/.codex`. */
  readonly from: string | null;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What was taken over, and what was not. */
interface ImportReport {
  readonly from: string;
  readonly to: string;
  readonly dryRun: boolean;
  readonly parts: readonly { readonly name: ImportPart["name"]; readonly files: readonly ImportedFile[] }[];
  /** What stays where it is, with the reason. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
  /** What is wrong with, or unknown in, the configuration that was taken. */
  readonly configNotes: readonly string[];
}

/**
 * `heddle import codex`: copies configuration, instructions, rules, prompts, skills and threads from the home of Codex
 * CLI into ours. Nothing there is changed, and nothing here is overwritten.
 * @returns 1 when a file could not be copied, else 0.
 * @throws Error when there is no such home, or it is ours already.
 */
export async function runImportCodex(context: ProcessContext, request: ImportRequest): Promise<number> {
  const to = resolveHome(context.env, context.userHome);
  const from = resolve(context.cwd, request.from ?? join(context.userHome, ".codex"));
  await mustBeAnotherHome(from, to);
  const order = { from, to, dryRun: request.dryRun };
  const parts: { name: ImportPart["name"]; files: ImportedFile[] }[] = [];
  for (const part of PARTS) {
    const files = await copyPart(part, order);
    const known = parts.find(({ name }) => name === part.name);
    if (known === undefined) parts.push({ name: part.name, files });
    else known.files.push(...files);
  }
  const tookConfig = parts.some(({ files }) =>
    files.some(({ path, outcome }) => path === "config.toml" && outcome === "copied"),
  );
  const configNotes = tookConfig ? await notesOnConfig(from) : [];
  const report = { ...order, parts, left: await leftBehind(from), configNotes };
  const stdout = createSink(process.stdout);
  stdout.write(request.json ? `${JSON.stringify(report)}\n` : describe(report));
  await stdout.flushed();
  return parts.some(({ files }) => files.some(({ outcome }) => outcome === "failed")) ? 1 : 0;
}

async function mustBeAnotherHome(from: string, to: string): Promise<void> {
  const state = await stat(from).catch(() => null);
  if (state?.isDirectory() !== true) {
    throw new Error(`there is no folder ${from} to import from; name another one with --from`);
  }
  const target = await realpath(to).catch(() => to);
  if ((await realpath(from)) === target) {
    throw new Error(`${from} is the home that Heddle uses already (HEDDLE_HOME or CODEX_HOME): nothing to import`);
  }
}

/** The file is read as the one of a home with nothing else. */
async function notesOnConfig(from: string): Promise<readonly string[]> {
  const found = await validateConfig({
    home: from,
    env: {},
    overrides: [],
    managedPaths: [],
    managedPreferences: null,
  });
  return found.map(({ line, reason }) => (line === null ? reason : `line ${line}: ${reason}`));
}

async function leftBehind(from: string): Promise<ImportReport["left"]> {
  const taken = new Set(PARTS.map(({ path }) => path));
  const names = (await readdir(from)).filter((name) => !taken.has(name)).toSorted();
  return names.map((path) => ({ path, reason: LEFT[path] ?? "not known to Heddle" }));
}

function describe({ from, to, dryRun, parts, left, configNotes }: ImportReport): string {
  const lines = [`${dryRun ? "would import" : "imported"} from ${from} into ${to}`, ""];
  for (const { name, files } of parts) {
    const count = (outcome: ImportedFile["outcome"]): number => files.filter((file) => file.outcome === outcome).length;
    const counts = [
      `${count("copied")} copied`,
      count("same") > 0 ? `${count("same")} there already` : null,
      count("kept") > 0 ? `${count("kept")} kept as yours` : null,
      count("failed") > 0 ? `${count("failed")} failed` : null,
    ];
    lines.push(
      `${name.padEnd(12)}  ${files.length === 0 ? "none" : counts.filter((part) => part !== null).join(", ")}`,
    );
    for (const file of files) {
      if (file.outcome === "kept") lines.push(`    ${file.path}: yours differs and stays`);
      if (file.outcome === "failed") lines.push(`    ${file.path}: ${file.reason}`);
    }
  }
  if (configNotes.length > 0) lines.push("", "In the configuration:", ...configNotes.map((note) => `    ${note}`));
  if (left.length > 0) lines.push("", "Not taken:", ...left.map(({ path, reason }) => `    ${path}: ${reason}`));
  return `${lines.join("\n")}\n`;
}
