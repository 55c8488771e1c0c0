import { enforceRestrictions, environmentApiKey } from "@heddle/auth";
import { readyLocalModel } from "../exec/ready-local-model.ts";
import { chooseLocalModel } from "../exec/local-model.ts";
import type { ExecOptions } from "../exec/options.ts";
import { runExec, type ExecRun } from "../exec/run-exec.ts";
import { createSink, type Sink } from "../exec/sink.ts";
import { connectInProcess } from "../runtime/in-process.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { createRuntime, type Runtime } from "../runtime/runtime.ts";
import { endOutput } from "../runtime/end-output.ts";
import { interruptOnSignals } from "../runtime/signals.ts";
import { endEvenIfHeldOpen } from "../runtime/hold-open.ts";
import { readAll, type Patience } from "../runtime/stdin.ts";

/** A person who pipes something in is told early what is waited for; a program that never ends its pipe, at last. */
const STDIN_NOTICE_MS = 10_000;
const STDIN_END_MS = 10 * 60_000;

/** `heddle exec`: wires the front end to an engine in this process and turns signals into an interrupt. */
export async function runExecCommand(
  context: ProcessContext,
  options: ExecOptions,
  overrides: readonly string[],
): Promise<number> {
  const stdout = createSink(process.stdout);
  const stderr = createSink(process.stderr);
  const runtime = await createRuntime({
    context,
    originator: "codex_exec",
    overrides,
    flags: {
      unattended: true,
      ...(options.profile === null ? {} : { profile: options.profile }),
      ...(options.addDirs.length === 0 ? {} : { addDirs: options.addDirs }),
      ...(options.model === null ? {} : { model: options.model }),
    },
    source: "exec",
    apiKeyFromEnvironment: true,
    mustExport: true,
    warn: (message) => stderr.write(`warning: ${message}\n`),
  });
  const signals = interruptOnSignals();
  try {
    const exitCode = await execOn(runtime, { context, options, stdout, stderr, interrupt: signals.interrupt });
    endEvenIfHeldOpen(exitCode);
    endOutput();
    return exitCode;
  } finally {
    signals.release();
    await runtime.close();
  }
}

/** The checks that need the configuration, then the run. Source: command line spec, section 2, "Order of checks". */
async function execOn(
  runtime: Runtime,
  run: Pick<ExecRun, "options" | "interrupt"> & {
    readonly context: ProcessContext;
    readonly stdout: Sink;
    readonly stderr: Sink;
  },
): Promise<number> {
  const { context, options, stdout, stderr, interrupt } = run;
  const there = options.cwd === null ? {} : { cwd: options.cwd };
  const configured = await runtime.loadConfig(there);
  const localModel = chooseLocalModel(options.localProvider, configured.ossProvider);
  const config =
    localModel === null ? configured : await runtime.loadConfig({ ...there, modelProvider: localModel.provider });
  const violation = await enforceRestrictions(runtime.account, {
    restrictions: { method: config.forcedLoginMethod, workspaceId: config.forcedChatgptWorkspaceId },
    keyOfRun: environmentApiKey(context.env, { allowed: true }),
  });
  if (violation !== null) throw new Error(violation);
  await using _ready = localModel === null ? null : await readyLocalModel({ ...run, config, localModel });
  const patience: Patience = {
    noticeMs: STDIN_NOTICE_MS,
    onWait: () =>
      stderr.write("Still waiting for standard input to end; an argument would be taken without waiting.\n"),
    endMs: STDIN_END_MS,
  };
  const unconfined =
    options.sandbox === null
      ? config.sandboxPolicy.type === "danger-full-access"
      : options.sandbox === "dangerFullAccess";
  // Trying it out takes processes and 10 ms, here while the model thinks; whoever runs a command hears what came of it.
  if (!unconfined) void runtime.sandbox.probe().catch(() => {});
  return await runExec({
    client: await connectInProcess(runtime, { name: "heddle-exec", version: context.version }),
    options,
    io: {
      stdin: { isTerminal: process.stdin.isTTY, readAll: ({ signal }) => readAll(process.stdin, { signal, patience }) },
      stdout,
      stderr,
      env: context.env,
      cwd: context.cwd,
      nowMs: () => performance.now(),
    },
    version: context.version,
    localModel,
    reasoningSummary: config.reasoningSummary,
    showReasoning: !config.hideAgentReasoning,
    lastThread: () => newestThread(runtime, config.modelProvider),
    interrupt,
  });
}

async function newestThread(runtime: Runtime, provider: string): Promise<string | null> {
  const { threads } = await runtime.engine.store.list({
    limit: 1,
    modelProviders: [provider],
    defaultProvider: provider,
    sources: ["cli", "vscode", "exec"],
  });
  return threads[0]?.id ?? null;
}
