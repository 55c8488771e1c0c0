import { createSandbox, type SandboxProbe } from "@heddle/sandbox";
import { startScriptedModel, step, type Reply, type Step } from "@heddle/testkit";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { runDemo, type DemoConnection, type DemoSetup } from "../demo/run-demo.ts";
import type { DemoOutput, OfferedTool } from "../demo/script.ts";
import { createSink } from "../exec/sink.ts";
import { connectInProcess } from "../runtime/in-process.ts";
import type { ProcessContext } from "../runtime/process.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { interruptOnSignals } from "../runtime/signals.ts";

/** `heddle demo`: the main job on the scripted model, wired as `exec` is. */
export async function runDemoCommand(context: ProcessContext): Promise<number> {
  const stdout = createSink(process.stdout);
  const signals = interruptOnSignals();
  const hasPerson = process.stdin.isTTY && process.stdout.isTTY;
  try {
    return await runDemo({
      connect: (setup) => connectToScript(context, setup),
      probeSandbox: () => probeSandbox(context),
      confirm: hasPerson ? confirm : null,
      stdout,
      env: context.env,
      tempDir: tmpdir(),
      nowMs: () => performance.now(),
      version: context.version,
      interrupt: signals.interrupt,
    });
  } finally {
    signals.release();
  }
}

async function connectToScript(context: ProcessContext, { home, cwd, answers }: DemoSetup): Promise<DemoConnection> {
  const model = await startScriptedModel(({ body }, index) => {
    const replies = answers(offeredTools(body)).map(toReply);
    return replies[Math.min(index, replies.length - 1)] ?? [];
  });
  await writeFile(join(home, "config.toml"), demoConfig(model.baseUrl));
  const runtime = await createRuntime({
    // Nothing of the person's own: home, configuration and credentials are those of the demo.
    context: { ...context, cwd, env: { ...context.env, HEDDLE_HOME: home } },
    originator: "codex_exec",
    overrides: [],
    flags: { unattended: true },
    source: "exec",
    warn: () => {},
  });
  const client = await connectInProcess(runtime, { name: "heddle-demo", version: context.version });
  return {
    client,
    async close() {
      await runtime.close();
      await model.close();
    },
  };
}

function demoConfig(baseUrl: string): string {
  return `model = "gpt-5.1-codex"
model_provider = "scripted"
[sandbox_workspace_write] # the demo's home lies in the folder for temporary files and is to be hidden
exclude_slash_tmp = true
exclude_tmpdir_env_var = true
[model_providers.scripted]
name = "the scripted model of the demo"
base_url = "${baseUrl}"
wire_api = "responses"
`;
}

function offeredTools(body: unknown): readonly OfferedTool[] {
  const tools: unknown = typeof body === "object" && body !== null && "tools" in body ? body.tools : null;
  return Array.isArray(tools) ? tools.filter(isOfferedTool) : [];
}

function isOfferedTool(value: unknown): value is OfferedTool {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function toReply(outputs: readonly DemoOutput[], index: number): Reply {
  return outputs.map((output, at) => toStep(output, `call_${index}_${at}`));
}

function toStep(output: DemoOutput, callId: string): Step {
  switch (output.type) {
    case "reasoning":
      return step.reasoning(output.text);
    case "message":
      return step.text(output.text);
    case "call":
      return step.functionCall(callId, output.name, JSON.stringify(output.arguments));
    case "freeformCall":
      return step.customCall(callId, output.name, output.input);
  }
}

async function probeSandbox({ env }: ProcessContext): Promise<SandboxProbe> {
  const stateDir = await mkdtemp(join(tmpdir(), "heddle-probe-"));
  const sandbox = createSandbox({ env, stateDir });
  try {
    return await sandbox.probe();
  } finally {
    await sandbox.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
