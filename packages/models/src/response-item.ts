import type { JsonValue } from "./json.ts";

/**
 * What the history of a thread is made of, in the form of the Responses API: member names are those of the wire, and
 * items are stored as they are. Adapters for other APIs translate per request, so a thread may change its provider.
 * Source: engine spec, section 5.1.
 */
export type ResponseItem =
  | MessageItem
  | ReasoningItem
  | FunctionCallItem
  | FunctionCallOutputItem
  | CustomToolCallItem
  | CustomToolCallOutputItem
  | LocalShellCallItem
  | WebSearchCallItem
  | CompactionSummaryItem
  | GhostSnapshotItem
  | OtherItem;

export type ContentItem =
  | { readonly type: "input_text"; readonly text: string }
  | { readonly type: "input_image"; readonly image_url: string }
  | { readonly type: "output_text"; readonly text: string };

/**
 * What a provider wants back unchanged with the item it came with: a signature, encrypted reasoning. It is sent to the
 * same provider and model only. `data` belongs to the adapter that wrote it; `response_id` tells which items came in
 * one response.
 */
export interface ProviderState {
  readonly provider: string;
  readonly model: string;
  readonly response_id?: string;
  readonly data?: JsonValue;
}

/** Members that every item of a model may have. `id` is kept only for endpoints that want it back. */
interface ModelItem {
  readonly id?: string;
  readonly provider_state?: ProviderState;
}

export interface MessageItem extends ModelItem {
  readonly type: "message";
  readonly role: "user" | "assistant" | "developer" | "system";
  readonly content: readonly ContentItem[];
}

export interface ReasoningItem extends ModelItem {
  readonly type: "reasoning";
  readonly summary: readonly { readonly type: "summary_text"; readonly text: string }[];
  /** Raw reasoning; null when the provider sends none. */
  readonly content: readonly { readonly type: "reasoning_text" | "text"; readonly text: string }[] | null;
  readonly encrypted_content: string | null;
}

export interface FunctionCallItem extends ModelItem {
  readonly type: "function_call";
  readonly name: string;
  /** JSON text, as the model wrote it: it may be malformed. */
  readonly arguments: string;
  readonly call_id: string;
}

export interface FunctionCallOutputItem {
  readonly type: "function_call_output";
  readonly call_id: string;
  /** Content items when the tool gave images. */
  readonly output: string | readonly ContentItem[];
}

export interface CustomToolCallItem extends ModelItem {
  readonly type: "custom_tool_call";
  readonly status?: string;
  readonly call_id: string;
  readonly name: string;
  readonly input: string;
}

export interface CustomToolCallOutputItem {
  readonly type: "custom_tool_call_output";
  readonly call_id: string;
  readonly output: string;
}

export interface LocalShellCallItem extends ModelItem {
  readonly type: "local_shell_call";
  readonly call_id: string | null;
  readonly status: string;
  readonly action: {
    readonly type: "exec";
    readonly command: readonly string[];
    readonly timeout_ms?: number | null;
    readonly working_directory?: string | null;
    readonly env?: Readonly<Record<string, string>> | null;
    readonly user?: string | null;
  };
}

export interface WebSearchCallItem extends ModelItem {
  readonly type: "web_search_call";
  readonly status?: string;
  readonly action: WebSearchAction;
}

export type WebSearchAction =
  | { readonly type: "search"; readonly query?: string }
  | { readonly type: "open_page"; readonly url?: string }
  | { readonly type: "find_in_page"; readonly url?: string; readonly pattern?: string }
  | { readonly type: "other" };

export interface CompactionSummaryItem {
  readonly type: "compaction_summary";
  readonly encrypted_content: string;
}

/** Only read, from rollouts of other programs; never sent. */
export interface GhostSnapshotItem {
  readonly type: "ghost_snapshot";
  readonly ghost_commit: JsonValue;
}

/** An item of a type that is not known here, kept verbatim. */
export interface OtherItem {
  readonly type: "other";
  readonly raw: JsonValue;
}
