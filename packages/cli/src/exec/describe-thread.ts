import type { SandboxPolicy, ThreadStartResponse } from "@heddle/protocol";
import type { OpenedThread } from "./input.ts";

/** What the header tells about a thread that was started or resumed. */
export function describeThread(
  answer: ThreadStartResponse,
  { prompt, reasoningSummary }: { readonly prompt: string; readonly reasoningSummary: string | null },
): OpenedThread {
  const { thread, cwd, model, modelProvider, approvalPolicy, sandbox, reasoningEffort } = answer;
  return {
    threadId: thread.id,
    cwd,
    model,
    provider: modelProvider,
    approvalPolicy: approvalPolicy === "unlessTrusted" ? "untrusted" : configSpelling(approvalPolicy),
    sandbox: describeSandbox(sandbox),
    reasoning: reasoningSummary === null ? null : { effort: reasoningEffort ?? "none", summaries: reasoningSummary },
    prompt,
  };
}

function describeSandbox(policy: SandboxPolicy): string {
  const name = configSpelling(policy.type);
  if (!("writableRoots" in policy)) return name;
  const roots = [
    "workdir",
    ...(policy.excludeSlashTmp ? [] : ["/tmp"]),
    ...(policy.excludeTmpdirEnvVar ? [] : ["$TMPDIR"]),
    ...policy.writableRoots,
  ];
  return `${name} [${roots.join(", ")}]${policy.networkAccess ? " (network access enabled)" : ""}`;
}

/** `readOnly` as people write it in the config file: `read-only`. */
function configSpelling(word: string): string {
  return word.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
