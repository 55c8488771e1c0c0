import { ModelError, type ModelClient, type ModelEvent, type ModelRequest } from "@heddle/models";
import type { Attributes, TelemetryRecord } from "./record.ts";

/** A model client whose requests are told: each with its duration and end, and what its stream came to. */
export function observeModel(
  client: ModelClient,
  { take, now }: { readonly take: (record: TelemetryRecord) => void; readonly now: () => Date },
): ModelClient {
  return {
    compact: (request, options) => client.compact(request, options),
    close: () => client.close(),
    async *stream(request, options) {
      const startedAt = now();
      let error: unknown = null;
      try {
        for await (const event of client.stream(request, options)) {
          const told = toldOf(event, now().getTime() - startedAt.getTime());
          if (told !== null) take(eventOf("codex.sse_event", request, now(), told));
          yield event;
        }
      } catch (failure) {
        error = failure;
        throw failure;
      } finally {
        const endedAt = now();
        const outcome: Attributes = { duration_ms: endedAt.getTime() - startedAt.getTime(), ...failureOf(error) };
        take(eventOf("codex.api_request", request, endedAt, { attempt: request.attempt, ...outcome }));
        take({
          kind: "step",
          name: "model_request",
          threadId: request.threadId,
          startedAt,
          endedAt,
          error: error === null ? null : String(outcome["error.message"] ?? "aborted"),
          attributes: { model: request.model, attempt: request.attempt },
        });
      }
    },
  };
}

function eventOf(name: string, request: ModelRequest, at: Date, attributes: Attributes): TelemetryRecord {
  const common = { model: request.model, slug: request.model };
  return { kind: "event", name, at, threadId: request.threadId, attributes: { ...common, ...attributes } };
}

/** What of a stream is told. Deltas are not: there are thousands of them, and they say nothing that the end does not. */
function toldOf(event: ModelEvent, durationMs: number): Attributes | null {
  switch (event.type) {
    case "created":
      return { "event.kind": "response.created", duration_ms: durationMs };
    case "itemDone":
      return { "event.kind": "response.output_item.done", duration_ms: durationMs };
    case "completed": {
      const end = { "event.kind": "response.completed", duration_ms: durationMs };
      const { usage } = event;
      if (usage === null) return end;
      return {
        ...end,
        input_token_count: usage.inputTokens,
        output_token_count: usage.outputTokens,
        cached_token_count: usage.cachedInputTokens,
        reasoning_token_count: usage.reasoningOutputTokens,
        tool_token_count: usage.totalTokens,
      };
    }
    default:
      return null;
  }
}

function failureOf(error: unknown): Attributes {
  if (!(error instanceof ModelError)) return error === null ? { "http.response.status_code": 200 } : {};
  const { failure } = error;
  const status = "status" in failure && typeof failure.status === "number" ? failure.status : null;
  return {
    ...(status === null ? {} : { "http.response.status_code": status }),
    "error.message": error.message,
  };
}
