import type { ModelFamily } from "./catalogue/family.ts";
import type { JsonValue } from "./json.ts";
import type { ResponseItem } from "./response-item.ts";

/** How hard a model is asked to think; `null` leaves it to the family. */
export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
export type ReasoningSummary = "auto" | "concise" | "detailed" | "none";
export type Verbosity = "low" | "medium" | "high";

/** A tool as the model is told about it. */
export type ToolSpec =
  | {
      readonly type: "function";
      readonly name: string;
      readonly description: string;
      /** JSON Schema of the arguments. */
      readonly parameters: JsonValue;
      readonly strict: false;
    }
  | {
      readonly type: "custom";
      readonly name: string;
      readonly description: string;
      readonly format: { readonly type: "grammar"; readonly syntax: "lark"; readonly definition: string };
    }
  | { readonly type: "web_search" }
  | { readonly type: "local_shell" };

/** What the model sees. */
export interface Prompt {
  readonly instructions: string;
  readonly input: readonly ResponseItem[];
  readonly tools: readonly ToolSpec[];
  readonly parallelToolCalls: boolean;
  /** The JSON Schema that the final answer has to fit, or null. */
  readonly outputSchema: JsonValue | null;
}

/** One sampling request, in the terms of no particular provider. */
export interface ModelRequest {
  readonly prompt: Prompt;
  /** The slug that goes on the wire. */
  readonly model: string;
  readonly family: ModelFamily;
  /** Null: the family's default. */
  readonly effort: ReasoningEffort | null;
  readonly summary: ReasoningSummary;
  readonly verbosity: Verbosity | null;
  readonly threadId: string;
  /** `review`, `compact` or a label when a delegate asks, else null. */
  readonly subagent: string | null;
  /** Counts the stream attempts of one sampling request from 0; requests are retried only within the first. */
  readonly attempt: number;
}
