import type { JsonObject } from "../../json.ts";
import type { ModelRequest } from "../../prompt.ts";
import type { ProviderState, ResponseItem } from "../../response-item.ts";
import type { ProviderConfig } from "../../provider/provider-config.ts";

/**
 * The body of a `POST /responses`. Its keys and their order do not depend on anything but the request, so that
 * providers find the prefix of a thread in their caches. Source: engine spec, section 4.
 */
export function encodeResponsesRequest(
  request: ModelRequest,
  { provider, sendsItemIds }: { readonly provider: ProviderConfig; readonly sendsItemIds: boolean },
): string {
  const { prompt, model, family, threadId } = request;
  const reasoning = encodeReasoning(request);
  const text = encodeText(request);
  const begin = JSON.stringify({ model, instructions: prompt.instructions });
  const input = encodeInput(prompt.input, { provider: provider.id, model, sendsItemIds });
  const end = JSON.stringify({
    tools: prompt.tools,
    tool_choice: "auto",
    parallel_tool_calls: prompt.parallelToolCalls && family.supportsParallelToolCalls,
    reasoning,
    store: sendsItemIds,
    stream: true,
    include: reasoning === null ? [] : ["reasoning.encrypted_content"],
    prompt_cache_key: threadId,
    ...(text === null ? {} : { text }),
  });
  return `${begin.slice(0, -1)},"input":${input},${end.slice(1)}`;
}

/** The body of a `POST /responses/compact`. Source: engine spec, section 15.4. */
export function encodeCompactionRequest(
  { prompt, model }: ModelRequest,
  { provider, sendsItemIds }: { readonly provider: ProviderConfig; readonly sendsItemIds: boolean },
): string {
  const input = encodeInput(prompt.input, { provider: provider.id, model, sendsItemIds });
  const end = JSON.stringify({ instructions: prompt.instructions });
  return `{"model":${JSON.stringify(model)},"input":${input},${end.slice(1)}`;
}

/** The text of items for the endpoint that it was made for; empty where an item is not for that one. */
const encoded = new WeakMap<ResponseItem, { readonly target: string; readonly text: string }>();
/** What is longer is encoded anew: that costs little by its length, and keeping it would double the memory of a thread. */
const LONGEST_KEPT = 4096;

/** A thread sends all its items with every request: after 200 turns, encoding them took a fifth of the CPU of a turn. */
function encodeInput(items: readonly ResponseItem[], target: Target): string {
  const name = JSON.stringify(target);
  const texts: string[] = [];
  for (const item of items) {
    const known = encoded.get(item);
    const text =
      known?.target === name
        ? known.text
        : encodeItem(item, target)
            .map((part) => JSON.stringify(part))
            .join();
    if (known?.target !== name && text.length <= LONGEST_KEPT) encoded.set(item, { target: name, text });
    if (text !== "") texts.push(text);
  }
  return `[${texts.join(",")}]`;
}

function encodeReasoning({ family, effort, summary }: ModelRequest): JsonObject | null {
  if (!family.supportsReasoningSummaries) return null;
  const chosen = effort ?? family.defaultEffort;
  return { ...(chosen === null ? {} : { effort: chosen }), summary };
}

function encodeText({ family, verbosity, prompt }: ModelRequest): JsonObject | null {
  const chosen = family.supportsVerbosity ? (verbosity ?? family.defaultVerbosity) : null;
  if (chosen === null && prompt.outputSchema === null) return null;
  return {
    ...(chosen === null ? {} : { verbosity: chosen }),
    ...(prompt.outputSchema === null
      ? {}
      : { format: { type: "json_schema", strict: true, schema: prompt.outputSchema, name: "codex_output_schema" } }),
  };
}

interface Target {
  readonly provider: string;
  readonly model: string;
  readonly sendsItemIds: boolean;
}

/** No element for an item that is not for this endpoint, else one. */
function encodeItem(item: ResponseItem, target: Target): readonly object[] {
  switch (item.type) {
    case "message":
      return [{ type: item.type, ...itemId(item, target), role: item.role, content: item.content }];
    case "reasoning":
      return isForeign(item, target) ? [] : [encodeReasoningItem(item, target)];
    case "function_call": {
      const { type, name, arguments: json, call_id } = item;
      return [{ type, ...itemId(item, target), name, arguments: json, call_id }];
    }
    case "custom_tool_call": {
      const { type, status, call_id, name, input } = item;
      return [{ type, ...itemId(item, target), ...(status === undefined ? {} : { status }), call_id, name, input }];
    }
    case "local_shell_call": {
      const { type, call_id, status, action } = item;
      return [{ type, ...itemId(item, target), call_id, status, action }];
    }
    case "web_search_call": {
      if (isForeign(item, target)) return [];
      const { type, status, action } = item;
      return [{ type, ...itemId(item, target), ...(status === undefined ? {} : { status }), action }];
    }
    case "function_call_output":
    case "custom_tool_call_output":
    case "compaction_summary":
      return [item];
    case "other":
      return typeof item.raw === "object" && item.raw !== null ? [item.raw] : [];
    case "ghost_snapshot":
      return [];
  }
}

function encodeReasoningItem(item: Extract<ResponseItem, { type: "reasoning" }>, target: Target): object {
  const { type, summary, content, encrypted_content } = item;
  // Texts that are not the model's own reasoning are not taken back by the endpoint.
  const raw = content?.some((part) => part.type === "reasoning_text") ?? true;
  return { type, ...itemId(item, target), summary, ...(raw ? { content } : {}), encrypted_content };
}

/** Whether only another provider or model knows what to do with an item. One without a mark may be from anywhere. */
function isForeign({ provider_state: state }: { readonly provider_state?: ProviderState }, target: Target): boolean {
  return state !== undefined && (state.provider !== target.provider || state.model !== target.model);
}

function itemId({ id }: { readonly id?: string }, { sendsItemIds }: Target): { readonly id?: string } {
  return sendsItemIds && id !== undefined ? { id } : {};
}
