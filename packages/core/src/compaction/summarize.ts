import { ModelError, type ModelRequest, type Prompt, type ResponseItem } from "@heddle/models";
import { COMPACT_PROMPT } from "../context/instructions/compact.ts";
import type { ToolSet } from "../tools/tool-set.ts";
import { instructionsOf } from "../turn/prompt.ts";
import { reportFullWindow, waitForRetry } from "../turn/retry.ts";
import type { TurnScope } from "../turn/scope.ts";
import { textOf } from "../turn/stream-items.ts";

/** What a model wrote down about a history. */
export interface Summary {
  /** `""` when it wrote nothing. */
  readonly text: string;
  /** How many of the oldest items it has not seen, because the whole did not fit. */
  readonly unseenItems: number;
}

/**
 * Has the model sum up the history. Where it does not fit, the oldest items are left out: one, then twice as many each
 * time, so that a history far beyond the window takes few requests. Clients see usage and retries, and no items.
 * @throws ModelError also `contextWindowExceeded`, when not even the last item fits. @throws the reason of the signal.
 */
export async function summarize(scope: TurnScope, tools: ToolSet): Promise<Summary> {
  const whole = scope.history.forRequest({ freeformPatch: tools.offersFreeformPatch });
  const instructions = instructionsOf(scope, tools);
  let unseenItems = 0;
  for (let step = 1; ; step *= 2) {
    try {
      return { text: await ask({ instructions, history: whole.slice(unseenItems) }, scope), unseenItems };
    } catch (error) {
      if (!(error instanceof ModelError) || error.failure.kind !== "contextWindowExceeded") throw error;
      const next = withCounterparts(whole, unseenItems + step);
      if (next >= whole.length) {
        reportFullWindow(scope);
        throw error;
      }
      unseenItems = next;
    }
  }
}

/** The first index from `start` on that cuts no call off from its output. */
function withCounterparts(items: readonly ResponseItem[], start: number): number {
  let at = start;
  while (at < items.length && isOutput(items[at])) at += 1;
  return at;
}

function isOutput(item: ResponseItem | undefined): boolean {
  return item?.type === "function_call_output" || item?.type === "custom_tool_call_output";
}

interface Question {
  readonly instructions: string;
  readonly history: readonly ResponseItem[];
}

/** One request for a summary, with the retries of any sampling request. */
async function ask(question: Question, scope: TurnScope): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await receive(toRequest(question, attempt, scope), scope);
    } catch (error) {
      scope.signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      await waitForRetry(error, attempt, scope);
    }
  }
}

async function receive(request: ModelRequest, scope: TurnScope): Promise<string> {
  const { emit, turnId, usage, family, signal } = scope;
  let text = "";
  for await (const event of scope.client.stream(request, { signal })) {
    if (event.type === "itemDone" && event.item.type === "message" && event.item.role === "assistant") {
      text = textOf(event.item);
    } else if (event.type === "rateLimits") {
      scope.noteRateLimits(event.snapshot);
    } else if (event.type === "completed" && event.usage !== null) {
      scope.spending.addUsage(event.usage);
      emit({ type: "tokenUsageUpdated", turnId, usage: usage.add(event.usage, family.effectiveWindow) });
    }
  }
  return text;
}

function toRequest({ instructions, history }: Question, attempt: number, scope: TurnScope): ModelRequest {
  const text = scope.config.compactPrompt ?? COMPACT_PROMPT;
  const input = [
    ...history,
    { type: "message" as const, role: "user" as const, content: [{ type: "input_text" as const, text }] },
  ];
  return requestWithoutTools({ instructions, input }, attempt, scope);
}

/** A request about the history, for which the model needs no tools. */
export function requestWithoutTools(
  { instructions, input }: Pick<Prompt, "instructions" | "input">,
  attempt: number,
  scope: TurnScope,
): ModelRequest {
  const { settings, family, threadId, config } = scope;
  return {
    prompt: { instructions, input, tools: [], parallelToolCalls: false, outputSchema: null },
    model: settings.model,
    family,
    effort: settings.effort,
    summary: settings.summary,
    verbosity: config.modelVerbosity,
    threadId,
    subagent: scope.purpose,
    attempt,
  };
}
