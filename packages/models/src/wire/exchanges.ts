import type {
  CustomToolCallItem,
  FunctionCallItem,
  LocalShellCallItem,
  MessageItem,
  ContentItem,
  ReasoningItem,
  ResponseItem,
  WebSearchCallItem,
} from "../response-item.ts";
import { GO_ON, textOf } from "./content.ts";

/** A call of a tool that runs here, whatever its form in the history. */
export type ToolCallItem = FunctionCallItem | CustomToolCallItem | LocalShellCallItem;

/** What a model said in one response. */
export type SaidItem = MessageItem | ReasoningItem | WebSearchCallItem | ToolCallItem;

export interface CallResult {
  readonly call: ToolCallItem;
  readonly output: string | readonly ContentItem[];
}

/** A history as APIs with roles see it: what was said to the model, then what it said with the results of its calls. */
export type Exchange =
  | { readonly type: "told"; readonly messages: readonly MessageItem[] }
  | {
      readonly type: "said";
      readonly items: readonly SaidItem[];
      /** One for each call, in the order of the calls. */
      readonly results: readonly CallResult[];
      /** Whether nobody told the model anything since: its reasoning is still part of what it is doing. */
      readonly isCurrent: boolean;
    };

const NO_OUTPUT = "aborted";

/**
 * Groups a history. One response of the model becomes one exchange, its results directly behind it in the order of the
 * calls, wherever they stand in the history: many endpoints refuse anything between a call and its result. Where one
 * response ends is known by its id, else by the first output or message that follows.
 *
 * The model never has the last word, as after a stream that broke behind a whole message: endpoints would take it for
 * the beginning of an answer, or refuse it. Only a search of the provider's own goes back as it is, to be gone on with.
 */
export function toExchanges(input: readonly ResponseItem[]): readonly Exchange[] {
  const outputs = collectOutputs(input);
  const groups: Group[] = [];
  let hasOutput = false;
  for (const item of input) {
    switch (item.type) {
      case "message":
        if (item.role === "assistant") hasOutput = addSaid(groups, item, hasOutput);
        else addTold(groups, item);
        break;
      case "reasoning":
      case "web_search_call":
      case "function_call":
      case "custom_tool_call":
      case "local_shell_call":
        hasOutput = addSaid(groups, item, hasOutput);
        break;
      case "function_call_output":
      case "custom_tool_call_output":
        hasOutput = true;
        break;
      default:
        break; // compaction by the provider, snapshots and unknown items mean nothing to other APIs
    }
  }
  const lastTold = groups.findLastIndex(({ type }) => type === "told");
  const exchanges = groups.map((group, index): Exchange =>
    group.type === "told" ? group : { ...group, results: resultsOf(group.items, outputs), isCurrent: index > lastTold },
  );
  return hasLastWord(exchanges.at(-1)) ? [...exchanges, GO_ON_EXCHANGE] : exchanges;
}

const GO_ON_EXCHANGE: Exchange = {
  type: "told",
  messages: [{ type: "message", role: "user", content: [{ type: "input_text", text: GO_ON }] }],
};

function hasLastWord(exchange: Exchange | undefined): boolean {
  if (exchange?.type !== "said" || exchange.results.length > 0) return false;
  return exchange.items.every(({ type }) => type !== "web_search_call");
}

type Group =
  | { readonly type: "told"; readonly messages: MessageItem[] }
  | { readonly type: "said"; readonly items: SaidItem[] };

function addTold(groups: Group[], message: MessageItem): void {
  const last = groups.at(-1);
  if (last?.type === "told") last.messages.push(message);
  else groups.push({ type: "told", messages: [message] });
}

/** @returns whether an output stands between the last thing said and what comes next: none does. */
function addSaid(groups: Group[], item: SaidItem, hasOutput: boolean): false {
  const last = groups.at(-1);
  if (last?.type === "said" && isSameResponse(last.items.at(-1), item, hasOutput)) last.items.push(item);
  else groups.push({ type: "said", items: [item] });
  return false;
}

function isSameResponse(previous: SaidItem | undefined, item: SaidItem, hasOutput: boolean): boolean {
  const before = previous?.provider_state?.response_id;
  const now = item.provider_state?.response_id;
  if (before !== undefined && now !== undefined) return before === now;
  return !hasOutput;
}

/** Outputs by the id of their call, in order: an id may come again later in a thread. */
function collectOutputs(input: readonly ResponseItem[]): Map<string, (string | readonly ContentItem[])[]> {
  const outputs = new Map<string, (string | readonly ContentItem[])[]>();
  for (const item of input) {
    if (item.type !== "function_call_output" && item.type !== "custom_tool_call_output") continue;
    const known = outputs.get(item.call_id);
    if (known === undefined) outputs.set(item.call_id, [item.output]);
    else known.push(item.output);
  }
  return outputs;
}

function resultsOf(items: readonly SaidItem[], outputs: ReturnType<typeof collectOutputs>): CallResult[] {
  return items.flatMap((item) =>
    isToolCall(item) ? [{ call: item, output: outputs.get(item.call_id ?? "")?.shift() ?? NO_OUTPUT }] : [],
  );
}

export function isToolCall(item: SaidItem): item is ToolCallItem {
  return item.type === "function_call" || item.type === "custom_tool_call" || item.type === "local_shell_call";
}

/** What developers said before anything else is part of the instructions; the rest of the history is without it. */
export function takeLeadingInstructions(exchanges: readonly Exchange[]): {
  readonly texts: readonly string[];
  readonly rest: readonly Exchange[];
} {
  const [first, ...rest] = exchanges;
  if (first?.type !== "told") return { texts: [], rest: exchanges };
  const isDeveloper = ({ role }: MessageItem): boolean => role === "developer" || role === "system";
  const end = first.messages.findIndex((message) => !isDeveloper(message));
  const count = end === -1 ? first.messages.length : end;
  const texts = first.messages
    .slice(0, count)
    .map(textOf)
    .filter((text) => text !== "");
  return { texts, rest: [{ type: "told", messages: first.messages.slice(count) }, ...rest] };
}
