import type { ReadPort } from "@heddle/apply-patch";
import { emptyPolicy, parsePolicy, PolicyError, type Policy, type SandboxMode } from "@heddle/execpolicy";
import type { Environment, SandboxPolicy } from "@heddle/sandbox";
import { explainCall, type CallExplanation } from "./explain-call.ts";
import { readQuestion, type BadQuestion, type BatchQuestion } from "./question.ts";

/** An answer of `heddle policy explain --stdin`. */
export type BatchAnswer = ({ readonly id: string | number | null } & CallExplanation) | BadQuestion;

/** What answers the lines of a batch, one after the other. */
export interface BatchOptions {
  /** The folder of questions that name none, absolute. */
  readonly cwd: string;
  readonly environment: Environment;
  readonly files: ReadPort;
}

/** The name of rules that come as text. */
const RULES_OF_QUESTION = "<rules>";

/** Makes the function that answers one line. It keeps the rules of the line before: most lines have the same. */
export function createBatch({ cwd, environment, files }: BatchOptions): (line: string) => Promise<BatchAnswer> {
  let last: { readonly text: string; readonly policy: Policy } = { text: "", policy: emptyPolicy };
  const policyOf = (text: string): Policy => {
    if (text !== last.text) last = { text, policy: parsePolicy([{ path: RULES_OF_QUESTION, text }]) };
    return last.policy;
  };
  return async (line) => {
    const question = readQuestion(line, { cwd });
    if ("error" in question) return question;
    try {
      const policy = policyOf(question.rules);
      const sandboxPolicy = plainSandboxPolicy(question.sandbox);
      return {
        id: question.id,
        ...(await explainCall(callOf(question), { ...question, policy, sandboxPolicy, environment, files })),
      };
    } catch (error) {
      if (error instanceof PolicyError) return { id: question.id, error: error.message };
      throw error;
    }
  };
}

function callOf({ argv, approvalPolicy, sandbox, escalated, justification }: BatchQuestion) {
  return { argv, approvalPolicy, sandbox, escalated, justification };
}

/** A mode without further settings: the folder of the question is the writable root of `workspace-write`. */
function plainSandboxPolicy(mode: SandboxMode): SandboxPolicy {
  if (mode !== "workspace-write") return { type: mode };
  return {
    type: mode,
    writableRoots: [],
    networkAccess: false,
    excludeTmpdirEnvVar: false,
    excludeSlashTmp: false,
  };
}
