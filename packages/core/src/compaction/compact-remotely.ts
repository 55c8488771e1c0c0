import { ModelError, type ResponseItem } from "@heddle/models";
import { instructionsOf } from "../turn/prompt.ts";
import type { ToolSet } from "../tools/tool-set.ts";
import type { TurnScope } from "../turn/scope.ts";
import { requestWithoutTools } from "./summarize.ts";

/**
 * A history that the provider itself has compacted; null where it has no such thing (all but a ChatGPT login), where
 * the feature `remote_compaction` is off, and where it failed, of which clients are told.
 * @throws the reason of the turn's signal.
 */
export async function compactRemotely(tools: ToolSet, scope: TurnScope): Promise<readonly ResponseItem[] | null> {
  const { config, client, history, signal, emit, turnId } = scope;
  if (!config.features.remote_compaction) return null;
  const instructions = instructionsOf(scope, tools);
  const input = history.forRequest({ freeformPatch: tools.offersFreeformPatch });
  try {
    return await client.compact(requestWithoutTools({ instructions, input }, 0, scope), { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ModelError)) throw error;
    const message = `Error running remote compact task: ${error.message}; the model is asked for a summary instead`;
    emit({ type: "warning", turnId, message });
    return null;
  }
}
