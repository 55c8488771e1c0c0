import { ModelError } from "./failure.ts";
import { openReply, type RequestContext } from "./open-reply.ts";
import type { ModelRequest } from "./prompt.ts";
import { isChatGptLogin, selectCredential } from "./provider/credentials.ts";
import type { ResponseItem } from "./response-item.ts";
import { readText } from "./transport/read-text.ts";

/**
 * Has the provider compact the input of a request and gives what takes its place. Null: the wire has no such request,
 * or the provider is not used with a ChatGPT login, for which alone it is made. Source: engine spec, section 15.4.
 * @throws ModelError @throws the reason of the signal
 */
export async function compactHistory(
  request: ModelRequest,
  context: RequestContext,
  signal: AbortSignal,
): Promise<readonly ResponseItem[] | null> {
  const { adapter, provider } = context;
  const { compaction } = adapter;
  if (compaction === undefined || !provider.requiresOpenaiAuth) return null;
  if (!isChatGptLogin(await selectCredential(context))) return null;
  const encode = (asked: ModelRequest): ReturnType<typeof adapter.encode> => compaction.encode(asked);
  const reply = await openReply(request, { ...context, adapter: { ...adapter, encode } }, signal);
  if (reply.type === "refused") throw new ModelError(reply.failure);
  const stop = (): void => reply.body.fail(new Error("the request was given up"));
  signal.addEventListener("abort", stop, { once: true });
  const text = await readText(reply.body, provider.streamIdleTimeoutMs);
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  const items = compaction.decode(text);
  if (items !== null) return items;
  const message = "the compacted history could not be read";
  throw new ModelError({ kind: "streamDisconnected", message, httpStatusCode: reply.status, delayMs: null });
}
