import type { ExecOptions } from "../exec/options.ts";
import { runExec } from "../exec/run-exec.ts";
import { createSink } from "../exec/sink.ts";
import { connectInProcess } from "../runtime/in-process.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { createRuntime, type Runtime } from "../runtime/runtime.ts";
import { interruptOnSignals } from "../runtime/signals.ts";
import { readAll } from "../runtime/stdin.ts";

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
    warn: (message) => stderr.write(`warning: ${message}\n`),
  });
  const signals = interruptOnSignals();
  try {
    const config = await runtime.loadConfig(options.cwd === null ? {} : { cwd: options.cwd });
    const client = await connectInProcess(runtime, { name: "heddle-exec", version: context.version });
    return await runExec({
      client,
      options,
      io: {
        stdin: { isTerminal: process.stdin.isTTY, readAll: (end) => readAll(process.stdin, end) },
        stdout,
        stderr,
        env: context.env,
        cwd: context.cwd,
        nowMs: () => performance.now(),
      },
      version: context.version,
      reasoningSummary: config.reasoningSummary,
      lastThread: () => newestThread(runtime, config.modelProvider),
      interrupt: signals.interrupt,
    });
  } finally {
    signals.release();
    await runtime.close();
  }
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
