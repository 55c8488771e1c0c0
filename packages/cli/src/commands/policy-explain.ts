import { createNodeFilePort } from "@heddle/core";
import type { ApprovalPolicy, CommandCall, SandboxMode } from "@heddle/execpolicy";
import { createInterface } from "node:readline";
import { createSink } from "../exec/sink.ts";
import { createBatch } from "../policy/batch.ts";
import { describeCall } from "../policy/describe-call.ts";
import { explainCall } from "../policy/explain-call.ts";
import { loadPolicy } from "../policy/settings.ts";
import type { ProcessContext } from "../runtime/process.ts";

/** What `heddle policy explain` was asked; null is what the configuration says. */
export interface ExplainQuestion {
  readonly argv: readonly string[];
  readonly escalated: boolean;
  readonly cwd: string | null;
  readonly approvalPolicy: ApprovalPolicy | null;
  readonly sandboxMode: SandboxMode | null;
  /** Rule files instead of those of the home. */
  readonly ruleFiles: readonly string[] | null;
}

/**
 * `heddle policy explain`: says what would happen to a command and why. Exit code 0 whatever that is.
 * Source: exec policy spec, section 11.
 * @throws RuleFileError, EngineError `rules`, ConfigError.
 */
export async function runPolicyExplain(
  context: ProcessContext,
  options: { readonly question: ExplainQuestion; readonly json: boolean; readonly overrides: readonly string[] },
): Promise<number> {
  const { question, json, overrides } = options;
  const { argv, escalated, approvalPolicy, sandboxMode, ruleFiles } = question;
  const { cwd, env, config, policy } = await loadPolicy(context, {
    ruleFiles,
    overrides,
    flags: {
      ...(question.cwd === null ? {} : { cwd: question.cwd }),
      ...(approvalPolicy === null ? {} : { approvalPolicy }),
      ...(sandboxMode === null ? {} : { sandboxMode }),
    },
  });
  const call: CommandCall = {
    argv,
    approvalPolicy: config.approvalPolicy,
    sandbox: config.sandboxPolicy.type,
    escalated,
    justification: null,
    amendments: config.features.exec_policy,
  };
  const { sandboxPolicy } = config;
  const surroundings = { policy, cwd, sandboxPolicy, environment: env, files: createNodeFilePort() };
  const explanation = await explainCall(call, surroundings);
  const text = json ? JSON.stringify(explanation) : describeCall(call, policy, explanation).join("\n");
  const stdout = createSink(process.stdout);
  stdout.write(`${text}\n`);
  await stdout.flushed();
  return 0;
}

/**
 * `heddle policy explain --stdin`: answers JSON lines, each before the next is read. Configuration, home and rule files
 * have no say: a line holds everything.
 */
export async function answerStdin({ cwd, env }: ProcessContext): Promise<number> {
  const answer = createBatch({ cwd, environment: env, files: createNodeFilePort() });
  const stdout = createSink(process.stdout);
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    stdout.write(`${JSON.stringify(await answer(line))}\n`);
    await stdout.flushed();
    if (stdout.closed.aborted) break; // nobody reads the answers any more
  }
  return 0;
}
