import type { Heddle } from "@heddle/client";
import { threadId, type RpcError, type ThreadStartParams, type ThreadStartResponse } from "@heddle/protocol";
import type { ExecOptions } from "./options.ts";
import type { ExecRun } from "./run-exec.ts";

/**
 * Starts or resumes the thread of a run. Nobody can be asked, whatever the configuration says about asking.
 * @throws RpcError
 */
export async function openThread(
  client: Heddle,
  options: ExecOptions,
  { cwd, localModel, lastThread }: Pick<ExecRun, "localModel" | "lastThread"> & { readonly cwd: string },
): Promise<ThreadStartResponse> {
  const params: ThreadStartParams = {
    cwd,
    approvalPolicy: "never",
    ...(options.model === null ? {} : { model: options.model }),
    ...(localModel === null
      ? {}
      : {
          model: options.model ?? localModel.model,
          modelProvider: localModel.provider,
          config: { show_raw_agent_reasoning: true },
        }),
    ...(options.sandbox === null ? {} : { sandbox: options.sandbox }),
  };
  const { target } = options;
  const id = target.type === "resumeLast" ? await lastThread() : target.type === "resume" ? target.threadId : null;
  if (id === null) return client.request("thread/start", params);
  return client.request("thread/resume", { ...params, threadId: threadId(id) });
}

/** Why the server did not open the thread. */
export function describeRefusal({ message }: RpcError, { target }: ExecOptions): string {
  const isUnknown = target.type === "resume" && message.startsWith("no rollout found");
  return isUnknown ? `no rollout found for thread id ${target.threadId}` : message;
}
