import { ModelError, type ModelEvent, type ModelRequest, type ResponseItem } from "@heddle/models";
import { assertNever } from "../assert-never.ts";
import type { ToolSet } from "../tools/tool-set.ts";
import { callTools, isToolCall, withOwnId, type ToolCallItem } from "./call-tools.ts";
import { buildPrompt } from "./prompt.ts";
import { reportFullWindow, waitForRetry } from "./retry.ts";
import type { TurnScope } from "./scope.ts";
import { createStreamedItems, textOf } from "./stream-items.ts";

/** What one model response came to, its tools included. */
export interface SampleResult {
  /** A tool was called: the model has to see its output. */
  readonly followUp: boolean;
  /** The last thing the model said, null when it said nothing. */
  readonly lastMessage: string | null;
}

/** How many stream events are handled between two looks at whether clients keep up. */
const EVENTS_PER_DRAIN = 256;

/**
 * One model request of a turn, with its retries: streams the answer into items, then runs the tools it called.
 * A stream that breaks after complete tool calls still has them run: the next attempt shows the model their outputs,
 * so that nothing is done twice.
 * @throws ModelError when retrying is of no use or at its end. @throws the reason of the turn's signal.
 */
export async function sample(scope: TurnScope): Promise<SampleResult> {
  const tools = await scope.gatherTools();
  for (let attempt = 0; ; attempt += 1) {
    const response = await receive(scope, tools, attempt);
    scope.signal.throwIfAborted();
    if (response.calls.length > 0) scope.spending.mayGoOn();
    scope.signal.throwIfAborted();
    if (response.calls.length > 0) await callTools(response.calls, tools, scope);
    scope.signal.throwIfAborted();
    if (response.failure === null) {
      return { followUp: response.calls.length > 0 || response.paused, lastMessage: response.lastMessage };
    }
    if (response.failure.failure.kind === "contextWindowExceeded") reportFullWindow(scope);
    await waitForRetry(response.failure, attempt, scope);
  }
}

interface Received {
  readonly calls: readonly ToolCallItem[];
  readonly lastMessage: string | null;
  /** The provider has stopped on the way and wants to be asked again with what it has said so far. */
  readonly paused: boolean;
  /** What broke the stream, null when it came to its end. */
  readonly failure: ModelError | null;
}

async function receive(scope: TurnScope, tools: ToolSet, attempt: number): Promise<Received> {
  const { turnId, items, emit, config } = scope;
  const streamed = createStreamedItems({ turnId, items, emit, showRawReasoning: config.showRawAgentReasoning });
  const calls: ToolCallItem[] = [];
  let lastMessage: string | null = null;
  let paused = false;
  let untilDrain = EVENTS_PER_DRAIN;
  /**
   * Whole reasoning that nothing has followed yet. It is recorded together with what it led to: where that is lost with
   * the stream, or with the process, endpoints would refuse the reasoning alone.
   */
  const thoughts: ResponseItem[] = [];
  const recordThoughts = (): void => {
    for (const thought of thoughts.splice(0)) scope.record(thought);
  };
  try {
    for await (const event of scope.client.stream(toRequest(scope, tools, attempt), { signal: scope.signal })) {
      untilDrain -= 1;
      if (untilDrain === 0) {
        untilDrain = EVENTS_PER_DRAIN;
        await scope.drained();
      }
      handle(event);
    }
    streamed.completePartial();
    return { calls, lastMessage, paused, failure: null };
  } catch (error) {
    streamed.completePartial();
    if (scope.signal.aborted) throw scope.signal.reason;
    if (!(error instanceof ModelError)) throw error;
    return { calls, lastMessage, paused: false, failure: error };
  }

  function handle(event: ModelEvent): void {
    switch (event.type) {
      case "textDelta":
      case "reasoningTextDelta":
      case "reasoningSummaryDelta":
      case "reasoningSummaryPartAdded":
      case "itemAdded":
        streamed.on(event);
        return;
      case "itemDone":
        streamed.on(event);
        if (event.item.type === "reasoning") {
          thoughts.push(event.item);
          return;
        }
        recordThoughts();
        if (isToolCall(event.item)) {
          const call = withOwnId(event.item, scope);
          scope.record(call);
          calls.push(call);
          return;
        }
        scope.record(event.item);
        if (event.item.type === "message" && event.item.role === "assistant") lastMessage = textOf(event.item);
        return;
      case "rateLimits":
        scope.noteRateLimits(event.snapshot);
        return;
      case "warning":
        emit({ type: "warning", turnId, message: event.message });
        return;
      case "completed":
        paused = !event.endTurn;
        recordThoughts();
        scope.history.markAnswered();
        if (event.usage === null) return;
        scope.history.markCounted();
        scope.spending.addUsage(event.usage);
        emit({ type: "tokenUsageUpdated", turnId, usage: scope.usage.add(event.usage, scope.family.effectiveWindow) });
        return;
      case "created":
      case "toolArgumentsDelta":
        return;
      default:
        assertNever(event);
    }
  }
}

function toRequest(scope: TurnScope, tools: ToolSet, attempt: number): ModelRequest {
  const { settings, family, threadId, config } = scope;
  return {
    prompt: buildPrompt(scope, tools),
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
