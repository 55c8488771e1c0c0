import { authPath, environmentApiKey, openStore } from "@heddle/auth";
import { loadConfig, readDotEnv, resolveHome, ConfigError, type ResolvedConfig } from "@heddle/config";
import { createRolloutStore } from "@heddle/core";
import { knownProviders } from "@heddle/models";
import { createSandbox } from "@heddle/sandbox";
import { CHECKS, failed, type CheckName, type Finding } from "../doctor/finding.ts";
import { checkConfig, checkCredentials, checkHome, checkRules, checkThreads } from "../doctor/home.ts";
import { checkGit, checkNode, checkRipgrep, checkTerminal } from "../doctor/machine.ts";
import { checkProvider, checkSandbox } from "../doctor/outside.ts";
import { createPaint, wantsColor, type Paint } from "../exec/paint.ts";
import { createSink } from "../exec/sink.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { sandboxSettings } from "../runtime/sandbox-settings.ts";

/** What `heddle doctor` is told. */
export interface DoctorRequest {
  readonly overrides: readonly string[];
  readonly json: boolean;
}

/**
 * `heddle doctor`: looks at everything that a thread needs, and says what is wrong and how to mend it. Changes nothing.
 * @returns 0 when nothing has failed, 1 otherwise; warnings do not count.
 */
export async function runDoctor(context: ProcessContext, { overrides, json }: DoctorRequest): Promise<number> {
  const findings = await examine(context, overrides);
  const isWell = findings.every(({ status }) => status !== "failed");
  const stdout = createSink(process.stdout);
  stdout.write(json ? `${JSON.stringify({ ok: isWell, findings })}\n` : describe(findings, context.env));
  await stdout.flushed();
  return isWell ? 0 : 1;
}

async function examine(context: ProcessContext, overrides: readonly string[]): Promise<readonly Finding[]> {
  const home = findHome(context);
  const env = typeof home === "string" ? { ...readDotEnv(home), ...context.env } : context.env;
  const machine = [
    Promise.resolve(checkNode(process.versions.node)),
    Promise.resolve(checkTerminal(env, { isTerminal: process.stdout.isTTY })),
    guarded("git", () => checkGit(env)),
    guarded("ripgrep", () => checkRipgrep(env)),
  ];
  if (typeof home !== "string") return inOrder([...(await Promise.all(machine)), home]);

  const config = await loadConfig({ home, cwd: context.cwd, env, overrides }).catch((error: unknown) => {
    if (error instanceof ConfigError) return null; // told by its own check; the others go by what holds without it
    throw error;
  });
  const findings = await Promise.all([
    ...machine,
    guarded("home", () => checkHome(home)),
    guarded("config", () => checkConfig({ home, env, overrides })),
    guarded("rules", () => checkRules(home)),
    guarded("sandbox", () => probeSandbox(home, env, config)),
    ...(config === null ? [] : ofProvider(home, env, config)),
  ]);
  return inOrder(findings);
}

/** The home, or what is wrong with the one that the environment names. */
function findHome({ env, userHome }: ProcessContext): string | Finding {
  try {
    return resolveHome(env, userHome);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return failed("home", error.message, "make the folder, or unset HEDDLE_HOME and CODEX_HOME");
  }
}

function ofProvider(home: string, env: ProcessContext["env"], config: ResolvedConfig): readonly Promise<Finding>[] {
  const id = config.modelProvider;
  const provider = knownProviders(config.modelProviders, env)[id] ?? null;
  const keyOfRun =
    environmentApiKey(env, { allowed: true }) ?? (id === "openai" ? env["OPENAI_API_KEY"]?.trim() : null);
  const login = { path: authPath(home), usesLogin: provider?.requiresOpenaiAuth ?? false, keyOfRun: Boolean(keyOfRun) };
  const store = openStore({ home, kind: config.authCredentialsStore, env, platform: process.platform });
  return [
    guarded("credentials", () => checkCredentials(store, login)),
    guarded("threads", () => checkThreads(createRolloutStore({ home }), id)),
    guarded("provider", () => checkProvider(provider, { id, env })),
  ];
}

async function probeSandbox(home: string, env: ProcessContext["env"], config: ResolvedConfig | null): Promise<Finding> {
  const sandbox = createSandbox({ env, ...sandboxSettings(home, config) });
  try {
    return checkSandbox(await sandbox.probe());
  } finally {
    await sandbox.close();
  }
}

/** A check that breaks is a finding: the others still tell what they found. */
async function guarded(check: CheckName, run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    return failed(
      check,
      `cannot be checked: ${error instanceof Error ? error.message : String(error)}`,
      "see the reason",
    );
  }
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return CHECKS.flatMap((name) => findings.filter(({ check }) => check === name));
}

const MARKS = { ok: "ok     ", warning: "warning", failed: "FAILED " } as const;
const PAINTS = {
  ok: ({ green }: Paint) => green,
  warning: ({ yellow }: Paint) => yellow,
  failed: ({ red }: Paint) => red,
} as const;

function describe(findings: readonly Finding[], env: ProcessContext["env"]): string {
  const paint = createPaint({ color: wantsColor("auto", { isTerminal: process.stdout.isTTY }, env) });
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, status, says, mend }) => {
    const mark = PAINTS[status](paint)(MARKS[status]);
    const advice = mend === null ? "" : `\n${" ".repeat(width + 11)}to mend it: ${mend}`;
    return `${mark}  ${check.padEnd(width)}  ${says}${advice}\n`;
  });
  const count = findings.filter(({ status }) => status === "failed").length;
  const verdict =
    count === 0
      ? "Heddle is ready.\n"
      : `${count} ${count === 1 ? "thing keeps" : "things keep"} Heddle from working.\n`;
  return `${lines.join("")}\n${verdict}`;
}
