import type { ContentItem, ResponseItem } from "@heddle/models";
import { recordingPolicy, truncate, type TruncationPolicy } from "./truncate.ts";

/** The model-facing side of a thread: what the model has been told and has said. */
export interface History {
  /** Everything recorded so far, oldest first. */
  readonly items: readonly ResponseItem[];
  /** Adds an item and gives it back as it was kept: outputs are truncated here. */
  record(item: ResponseItem, policy: TruncationPolicy): ResponseItem;
  /** Whether a call of that id is in it. */
  hasCall(id: string): boolean;
  /** What was recorded since the model last said how much it had read; all of it, when it never did. */
  readonly uncounted: readonly ResponseItem[];
  /** Everything recorded so far is in the usage that has just become known. */
  markCounted(): void;
  /** What was recorded since the model last came to the end of an answer: it has not taken this yet. */
  readonly unanswered: readonly ResponseItem[];
  /** The model has answered to everything recorded so far. */
  markAnswered(): void;
  /** Puts other items in the place of all; they count as counted, and as answered up to the first that was not before. */
  replace(items: readonly ResponseItem[]): void;
  /** The input of the next request (engine spec, section 5.3). The items themselves do not change. */
  forRequest(options: { readonly freeformPatch: boolean }): ResponseItem[];
}

/** A history that starts with `items`, as a resumed or copied thread does; they count as counted and answered. */
export function createHistory(items: readonly ResponseItem[] = []): History {
  let kept: ResponseItem[] = [...items];
  let counted = kept.length;
  let answered = kept.length;
  let callIds = callIdsOf(kept);
  return {
    get items() {
      return kept;
    },
    get uncounted() {
      return kept.slice(counted);
    },
    markCounted() {
      counted = kept.length;
    },
    get unanswered() {
      return kept.slice(answered);
    },
    markAnswered() {
      answered = kept.length;
    },
    replace(replacement) {
      const open = new Set(kept.slice(answered));
      kept = [...replacement];
      counted = kept.length;
      const firstOpen = kept.findIndex((item) => open.has(item));
      answered = firstOpen === -1 ? kept.length : firstOpen;
      callIds = callIdsOf(kept);
    },
    hasCall: (id) => callIds.has(id),
    record(item, policy) {
      const stored = truncateOutput(item, recordingPolicy(policy));
      kept.push(stored);
      const id = callIdOf(stored);
      if (id !== null) callIds.add(id);
      return stored;
    },
    forRequest: ({ freeformPatch }) => prepare(kept, freeformPatch),
  };
}

function truncateOutput(item: ResponseItem, policy: TruncationPolicy): ResponseItem {
  switch (item.type) {
    case "custom_tool_call_output":
      return { ...item, output: truncate(item.output, policy).text };
    case "function_call_output":
      return typeof item.output === "string"
        ? { ...item, output: truncate(item.output, policy).text }
        : { ...item, output: truncateContent(item.output, policy) };
    default:
      return item;
  }
}

/** Texts share one budget in order; the first that crosses it is cut, later ones go; images always stay. */
function truncateContent(content: readonly ContentItem[], policy: TruncationPolicy): ContentItem[] {
  const kept: ContentItem[] = [];
  let budget = policy.unit === "tokens" ? policy.limit * 4 : policy.limit;
  let omitted = 0;
  for (const part of content) {
    if (part.type === "input_image") {
      kept.push(part);
      continue;
    }
    if (budget <= 0) {
      omitted += 1;
      continue;
    }
    const size = Buffer.byteLength(part.text);
    const limit = policy.unit === "tokens" ? Math.ceil(budget / 4) : budget;
    kept.push(size <= budget ? part : { ...part, text: truncate(part.text, { unit: policy.unit, limit }).text });
    budget -= size;
  }
  if (omitted > 0) kept.push({ type: "input_text", text: `[omitted ${omitted} text items ...]` });
  return kept;
}

/** Every call gets an output directly behind it, outputs without a call go, ghost snapshots are never sent. */
function prepare(items: readonly ResponseItem[], freeformPatch: boolean): ResponseItem[] {
  const { callOf, unanswered } = pairOutputs(items);
  const input: ResponseItem[] = [];
  for (const item of items) {
    if (item.type === "ghost_snapshot") continue;
    if (item.type === "function_call_output" || item.type === "custom_tool_call_output") {
      const call = callOf.get(item);
      if (call === undefined) continue;
      input.push(freeformPatch && isStructuredCall(call) ? toFreeform(item) : item);
      continue;
    }
    input.push(item);
    const id = callIdOf(item);
    if (id === null || !unanswered.has(item)) continue;
    input.push(
      item.type === "custom_tool_call"
        ? { type: "custom_tool_call_output", call_id: id, output: "aborted" }
        : { type: "function_call_output", call_id: id, output: "aborted" },
    );
  }
  return input;
}

/**
 * Which calls the outputs of a history belong to, and the calls that have none. An id is not enough: endpoints that count
 * from 0 in each response use it again, so an output belongs to the nearest call before it that has none yet.
 */
export function pairOutputs(items: readonly ResponseItem[]): {
  readonly callOf: ReadonlyMap<ResponseItem, ResponseItem>;
  readonly unanswered: ReadonlySet<ResponseItem>;
} {
  const callOf = new Map<ResponseItem, ResponseItem>();
  const unanswered = new Set<ResponseItem>();
  const open = new Map<string, ResponseItem[]>();
  for (const item of items) {
    if (item.type === "function_call_output" || item.type === "custom_tool_call_output") {
      const call = open.get(item.call_id)?.pop();
      if (call === undefined) continue;
      callOf.set(item, call);
      unanswered.delete(call);
      continue;
    }
    const id = callIdOf(item);
    if (id === null) continue;
    unanswered.add(item);
    const calls = open.get(id);
    if (calls === undefined) open.set(id, [item]);
    else calls.push(item);
  }
  return { callOf, unanswered };
}

function callIdsOf(items: readonly ResponseItem[]): Set<string> {
  return new Set(items.flatMap((item) => callIdOf(item) ?? []));
}

function callIdOf(item: ResponseItem): string | null {
  switch (item.type) {
    case "function_call":
    case "custom_tool_call":
      return item.call_id;
    case "local_shell_call":
      return item.call_id ?? null;
    default:
      return null;
  }
}

/** Calls whose output is kept as JSON and shown as text to models that are offered the free-form patch tool. */
function isStructuredCall(call: ResponseItem): boolean {
  switch (call.type) {
    case "local_shell_call":
      return true;
    case "function_call":
      return call.name === "shell" || call.name === "container.exec" || call.name === "apply_patch";
    case "custom_tool_call":
      return call.name === "apply_patch";
    default:
      return false;
  }
}

type OutputItem = Extract<ResponseItem, { type: "function_call_output" | "custom_tool_call_output" }>;

function toFreeform(item: OutputItem): ResponseItem {
  if (typeof item.output !== "string" || !item.output.startsWith("{")) return item;
  const structured = parseStructured(item.output);
  if (structured === null) return item;
  const header = /^Total output lines: (\d+)\n\n/.exec(structured.output);
  const lines = [`Exit code: ${structured.exitCode}`, `Wall time: ${structured.durationSeconds} seconds`];
  if (header !== null) lines.push(`Total output lines: ${header[1]}`);
  lines.push("Output:", header === null ? structured.output : structured.output.slice(header[0].length));
  return { ...item, output: lines.join("\n") };
}

function parseStructured(text: string): { output: string; exitCode: number; durationSeconds: number } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // a tool may print something that merely begins like JSON
  }
  if (typeof value !== "object" || value === null) return null;
  const { output, metadata } = value as {
    output?: unknown;
    metadata?: { exit_code?: unknown; duration_seconds?: unknown };
  };
  if (typeof output !== "string" || typeof metadata !== "object" || metadata === null) return null;
  const { exit_code: exitCode, duration_seconds: durationSeconds } = metadata;
  if (typeof exitCode !== "number" || typeof durationSeconds !== "number") return null;
  return { output, exitCode, durationSeconds };
}
