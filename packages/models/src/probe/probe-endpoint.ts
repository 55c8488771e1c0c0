import { modelFamily } from "../catalogue/model-family.ts";
import type { FamilyOverrides } from "../catalogue/family.ts";
import type { ModelClient } from "../client.ts";
import { ModelError } from "../failure.ts";
import { asObject, parseJson } from "../json.ts";
import type { ModelEvent, TokenUsage } from "../model-event.ts";
import type { ModelRequest, Prompt } from "../prompt.ts";
import type { ChatDialect } from "../provider/provider-config.ts";
import type { ResponseItem } from "../response-item.ts";
import { developer, LONG_TEXT, PIXEL, PROBE_TOOL, user } from "./questions.ts";

/** What an endpoint turned out to be able to do with one model. */
export interface EndpointProfile {
  /** Whether text comes piece by piece. */
  readonly streamsText: boolean;
  /** How calls come: piece by piece, whole, or not at all. */
  readonly toolCalls: "streamed" | "whole" | "none";
  /** Whether one answer had several calls. */
  readonly parallelCalls: boolean;
  /** Whether the model's thoughts come along. */
  readonly reasoning: boolean;
  readonly images: boolean;
  readonly usage: boolean;
  /** Whether a repeated prefix was read from a cache; null where nothing tells. */
  readonly caching: boolean | null;
  /** What a Chat Completions endpoint understands, by what it refused and sent; null for other wires. */
  readonly dialect: ChatDialect | null;
}

/** A question that the endpoint refused to answer at all. */
export interface ProbeRefusal {
  readonly question: string;
  readonly message: string;
}

/**
 * Finds out with a few real requests what an endpoint can do with a model. Each asks for something that may be missing;
 * what the endpoint refuses, its adapter leaves out from then on, which is what the dialect tells in the end.
 * @param client of a provider without retries, so that a refusal is one.
 * @throws ModelError when the plainest question fails: then nothing can be said. @throws the reason of the signal.
 */
export async function probeEndpoint(options: {
  readonly client: ModelClient;
  readonly model: string;
  readonly signal: AbortSignal;
  /** Told what is asked next. */
  readonly onQuestion: (question: string) => void;
}): Promise<{ readonly profile: EndpointProfile; readonly refusals: readonly ProbeRefusal[] }> {
  const { client, model, signal, onQuestion } = options;
  const refusals: ProbeRefusal[] = [];
  const ask = async (question: string, asked: Partial<Prompt>, more: Partial<ModelRequest> = {}): Promise<Answer> => {
    onQuestion(question);
    return answerOf(client, toRequest(model, asked, more), signal);
  };
  /** An endpoint that does not take a question is asked the next one. */
  const tryToAsk = async (...question: Parameters<typeof ask>): Promise<Answer> => {
    try {
      return await ask(...question);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      refusals.push({ question: question[0], message: error.message });
      return NO_ANSWER;
    }
  };

  const plain = await ask("text", { input: [user("Count from one to ten in words, separated by commas.")] });
  const tools = [PROBE_TOOL];
  const one = user("Call the tool read_note for the note `a`.");
  const called = await tryToAsk("a tool call", { input: [one], tools });
  const both = user("Call the tool read_note for the note `a` and for the note `b`, both in this answer.");
  const parallel = await tryToAsk("two tool calls at once", { input: [both], tools, parallelToolCalls: true });
  const thinking = await tryToAsk("reasoning", { input: [one], tools }, { effort: "low" });
  // The result goes back with the reasoning, as it does in a turn.
  const [turn] = [thinking, called].filter(({ calls }) => calls.length > 0);
  if (turn !== undefined) await tryToAsk("a tool result", { input: [one, ...turn.items, ...resultsOf(turn)], tools });
  await tryToAsk("a developer message", { input: [developer("Answer in one word."), user("Are you there?")] });
  const seen = await tryToAsk("an image", { input: [PIXEL] });
  const long = { input: [user(`${LONG_TEXT}\nSay \`ready\`.`)] };
  await tryToAsk("a long prompt", long);
  const again = await tryToAsk("the same prompt again", long);

  const dialect = (await client.dialect?.()) ?? null;
  const answers = [plain, called, parallel, thinking];
  const field = answers.map(({ reasoningField }) => reasoningField).find((name) => name !== null) ?? null;
  const profile: EndpointProfile = {
    streamsText: plain.textDeltas > 1,
    toolCalls: called.calls.length === 0 ? "none" : called.argumentDeltas > 1 ? "streamed" : "whole",
    parallelCalls: parallel.calls.length > 1,
    reasoning: answers.some(({ items }) => items.some(({ type }) => type === "reasoning")),
    images: seen.isAnswered && dialect?.images !== false,
    usage: plain.usage !== null,
    caching: again.usage === null ? null : again.usage.cachedInputTokens > 0,
    dialect: dialect === null ? null : learnedDialect(dialect, { usage: plain.usage !== null, field }),
  };
  return { profile, refusals };
}

/** What the endpoint does with what was not refused counts as well. */
function learnedDialect(
  dialect: ChatDialect,
  { usage, field }: { readonly usage: boolean; readonly field: ChatDialect["reasoningField"] },
): ChatDialect {
  return {
    ...dialect,
    streamUsage: dialect.streamUsage && usage,
    reasoningField: dialect.reasoningField === "echo" ? (field ?? "echo") : dialect.reasoningField,
  };
}

/** What a profile says about a model, in the terms of families. */
export function toFamilyOverrides({ parallelCalls, images, toolCalls }: EndpointProfile): FamilyOverrides {
  return {
    supportsParallelToolCalls: parallelCalls,
    supportsImages: images,
    // Without calls a model can still be talked to.
    ...(toolCalls === "none" ? { applyPatchTool: null, shellTool: "disabled" as const } : {}),
  };
}

interface Answer {
  readonly isAnswered: boolean;
  readonly items: readonly ResponseItem[];
  readonly calls: readonly Extract<ResponseItem, { type: "function_call" }>[];
  readonly textDeltas: number;
  readonly argumentDeltas: number;
  readonly reasoningField: "reasoning" | "reasoning_content" | null;
  readonly usage: TokenUsage | null;
}

const NO_ANSWER: Answer = {
  isAnswered: false,
  items: [],
  calls: [],
  textDeltas: 0,
  argumentDeltas: 0,
  reasoningField: null,
  usage: null,
};

async function answerOf(client: ModelClient, request: ModelRequest, signal: AbortSignal): Promise<Answer> {
  const events: ModelEvent[] = [];
  for await (const event of client.stream(request, { signal })) events.push(event);
  const items = events.flatMap((event) => (event.type === "itemDone" ? [event.item] : []));
  return {
    isAnswered: true,
    items,
    calls: items.flatMap((item) => (item.type === "function_call" && isWhole(item.arguments) ? [item] : [])),
    textDeltas: events.filter(({ type }) => type === "textDelta").length,
    argumentDeltas: events.filter(({ type }) => type === "toolArgumentsDelta").length,
    reasoningField: items.map(fieldOf).find((field) => field !== null) ?? null,
    usage: events.flatMap((event) => (event.type === "completed" ? [event.usage] : []))[0] ?? null,
  };
}

function isWhole(json: string): boolean {
  return json === "" || parseJson(json) !== undefined;
}

/** The member under which the reasoning of an item came. */
function fieldOf(item: ResponseItem): Answer["reasoningField"] {
  if (item.type !== "reasoning") return null;
  const field = asObject(item.provider_state?.data)["field"];
  return field === "reasoning" || field === "reasoning_content" ? field : null;
}

function resultsOf({ calls }: Answer): readonly ResponseItem[] {
  return calls.map(({ call_id }) => ({ type: "function_call_output", call_id, output: "Buy bread." }));
}

function toRequest(model: string, asked: Partial<Prompt>, more: Partial<ModelRequest>): ModelRequest {
  const family = modelFamily(model);
  return {
    prompt: {
      instructions: "You are being tried out. Do what you are asked, as briefly as you can.",
      input: [],
      tools: [],
      parallelToolCalls: false,
      outputSchema: null,
      ...asked,
    },
    model,
    // Nothing is left out because the table does not know the model: whether it works is the question.
    family: { ...family, supportsImages: true, supportsParallelToolCalls: true },
    effort: null,
    summary: "auto",
    verbosity: null,
    threadId: "00000000-0000-4000-8000-000000000000",
    subagent: null,
    attempt: 0,
    ...more,
  };
}
