import { isKnownSafe } from "@heddle/execpolicy";
import { itemId, type CommandExecutionItem } from "@heddle/protocol";
import { looksDenied, SandboxError, shellArgv } from "@heddle/sandbox";
import * as Type from "@sinclair/typebox";
import { resolve } from "node:path";
import type { Approved } from "../approvals/grant.ts";
import { describeExecCommand, describeParameter } from "../context/instructions/tool-descriptions.ts";
import { startProcess, waitFor, type LiveProcess, type ProcessEnd } from "../processes/live-process.ts";
import { launchedArgv, type CommandPlan } from "./command-plan.ts";
import { userShellCommand } from "./user-shell.ts";
import { neverRan, runJudged } from "./judged-command.ts";
import { textOutput, type ToolOutput } from "./output.ts";
import { runPatchInCommand } from "./patch-in-command.ts";
import { clampYield, DEFAULT_OUTPUT_TOKENS, formatProcess } from "./process-report.ts";
import { endedItem } from "./run-command.ts";
import { readSandboxPermissions } from "./sandbox-permissions.ts";
import { tamperingNote, withNote } from "./tampering.ts";
import { defineFunctionTool, functionSpec, type OfferedTool, type ToolContext } from "./tool.ts";

// Source of the numbers: engine spec, section 9.
const DEFAULT_YIELD_MS = 10_000;
/** A process that has ended by then is a command like any other: its denial is seen, and it may be run again. */
const QUICK_EXIT_MS = 150;
const MOST_DELTAS = 10_000;
const MANY_PROCESSES = 60;

const Input = Type.Object(
  {
    cmd: Type.String({ description: describeParameter.execCommand }),
    justification: Type.Optional(Type.String({ description: describeParameter.justification })),
    login: Type.Optional(Type.Boolean({ description: describeParameter.login })),
    max_output_tokens: Type.Optional(Type.Number({ description: describeParameter.maxOutputTokens })),
    sandbox_permissions: Type.Optional(Type.String({ description: describeParameter.sandboxPermissions })),
    shell: Type.Optional(Type.String({ description: describeParameter.execShell })),
    workdir: Type.Optional(Type.String({ description: describeParameter.workdir })),
    yield_time_ms: Type.Optional(Type.Number({ description: describeParameter.yieldTimeMs })),
  },
  { additionalProperties: false },
);

/** `exec_command`: runs a command in a terminal, and gives the model what it has printed after a while. */
export const execCommandTool: OfferedTool = {
  tool: defineFunctionTool({
    name: "exec_command",
    admission: "exclusive",
    // What a model adds of its own is not read.
    input: Type.Object(Input.properties),
    async handle({ cmd, login, shell, ...input }, call, context) {
      const permissions = readSandboxPermissions(input.sandbox_permissions);
      if (permissions.type === "unknown") return textOutput(permissions.message);
      const plan: CommandPlan = {
        callId: call.callId,
        toolName: call.name,
        ...(shell === undefined
          ? await userShellCommand(cmd, login, context)
          : { argv: shellArgv(context.namedShell(shell), cmd, { login: login ?? true }), snapshot: null }),
        cwd: resolve(context.settings.cwd, input.workdir ?? "."),
        timeoutMs: null,
        escalated: permissions.type === "escalated",
        justification: input.justification ?? null,
      };
      const asked = {
        yieldMs: clampYield(input.yield_time_ms ?? DEFAULT_YIELD_MS),
        outputTokens: input.max_output_tokens ?? DEFAULT_OUTPUT_TOKENS,
      };
      return (await runPatchInCommand(plan, context)) ?? openProcess(plan, asked, context);
    },
  }),
  spec: functionSpec("exec_command", describeExecCommand, Input),
};

/** How one attempt at opening a process went. */
type Attempt =
  | { readonly type: "opened"; readonly process: LiveProcess; readonly startedAt: number }
  /** It never ran: no such program, a bad folder, or no sandbox where one is required. */
  | { readonly type: "notStarted"; readonly reason: string; readonly durationMs: number };

async function openProcess(
  plan: CommandPlan,
  asked: { readonly yieldMs: number; readonly outputTokens: number },
  context: ToolContext,
): Promise<ToolOutput> {
  const { processes, turnId, items } = context;
  const id = processes.reserveId();
  // What it changes between the calls that wait for it is on nobody's record.
  const recorded: ToolContext["changes"]["aroundCommand"] = (run) =>
    isKnownSafe(plan.argv) ? run() : context.changes.aroundCommand(run);
  let adopted = false;
  try {
    const judged = await runJudged<Attempt>(
      plan,
      {
        processId: id,
        run: (approved) => recorded(() => attempt(approved, id, context)),
        isDenied: (run) => run.type === "opened" && run.process.end !== null && looksDenied(run.process.end.outcome),
        outputOf: (run) => (run.type === "opened" ? (run.process.end?.transcript ?? "") : ""),
      },
      context,
    );
    if (judged.type === "answered") return judged.output;
    const { run, item } = judged;
    if (run.type === "notStarted") return finishUnstarted(run, item, context);
    const { process, startedAt } = run;
    if (process.end !== null) {
      items.complete(completedItem(item, process, process.end));
    } else {
      adopted = true;
      items.handOver(item);
      processes.adopt(process, { turnId, item }, (end) => completedItem(item, process, end));
      if (processes.size >= MANY_PROCESSES) warnOfMany(context);
    }
    const waitMs = Math.max(0, asked.yieldMs - (performance.now() - startedAt));
    const text = await recorded(() => process.collect({ waitMs, signal: context.signal }));
    if (adopted && process.end !== null) processes.forget(id);
    return textOutput(formatProcess(process, { text, startedAt, outputTokens: asked.outputTokens }, context));
  } finally {
    if (!adopted) processes.releaseId(id);
  }
}

/** Takes an approved plan and nothing else. Waits a moment for a process that ends at once. */
async function attempt(
  { plan, confinement }: Approved<CommandPlan>,
  id: string,
  context: ToolContext,
): Promise<Attempt> {
  const { sandbox, settings, turnId, processes } = context;
  const sandboxed = confinement.type === "sandboxed";
  const startedAt = performance.now();
  let deltas = 0;
  try {
    const process = await startProcess(sandbox, {
      id,
      spec: {
        argv: launchedArgv(plan),
        cwd: plan.cwd,
        env: context.childEnvironment({ sandboxed, pty: true }),
        policy: sandboxed ? settings.sandboxPolicy : { type: "danger-full-access" },
        sandboxCwd: settings.cwd,
      },
      signal: processes.signal,
      onOutput(delta) {
        deltas += 1;
        if (deltas > MOST_DELTAS) return;
        processes.emit({ type: "commandOutputDelta", turnId, itemId: itemId(plan.callId), delta });
      },
    });
    await waitFor(process.ended, QUICK_EXIT_MS, context.signal);
    const setupFailure = process.end?.outcome.setupFailure ?? null;
    if (setupFailure === null) return { type: "opened", process, startedAt };
    const reason = setupReason(setupFailure);
    return { type: "notStarted", reason, durationMs: performance.now() - startedAt };
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return { type: "notStarted", reason: error.message, durationMs: performance.now() - startedAt };
  }
}

function finishUnstarted(
  { reason, durationMs }: Extract<Attempt, { type: "notStarted" }>,
  item: CommandExecutionItem,
  { items }: ToolContext,
): ToolOutput {
  const text = `execution error: ${reason}`;
  items.complete(neverRan(item, text, durationMs));
  return textOutput(text);
}

function completedItem(
  item: CommandExecutionItem,
  { level }: LiveProcess,
  { outcome, transcript }: ProcessEnd,
): CommandExecutionItem {
  if (outcome.setupFailure !== null) return neverRan(item, setupReason(outcome.setupFailure), outcome.durationMs);
  const output = withNote(transcript, tamperingNote(outcome));
  return endedItem(item, { outcome, level, interrupted: outcome.aborted, output });
}

function setupReason(failure: string): string {
  return `the sandbox could not be set up: ${failure}`;
}

function warnOfMany({ processes, tellModel }: ToolContext): void {
  const text = `Warning: ${processes.size} exec_command sessions are open, and at most 64 can be. End those that are not needed; beyond that the one that was used least recently is ended.`;
  tellModel([{ type: "input_text", text }]);
}
