/** What telemetry says about one thing: names and values as exporters take them. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/**
 * Something that happened, for exporters and the log. Texts of prompts are in it only when the configuration asks for
 * them. Source: configuration spec, section 3, "OTEL".
 */
export type TelemetryRecord =
  | {
      readonly kind: "event";
      /** `codex.user_prompt` and the like: the names of the reference, which dashboards know. */
      readonly name: string;
      readonly at: Date;
      readonly threadId: string;
      readonly attributes: Attributes;
    }
  | { readonly kind: "turnStarted"; readonly at: Date; readonly threadId: string; readonly turnId: string }
  | {
      readonly kind: "turnEnded";
      readonly at: Date;
      readonly threadId: string;
      readonly turnId: string;
      readonly status: "completed" | "interrupted" | "failed";
      /** Why it failed, null when it did not. */
      readonly error: string | null;
    }
  /** A part of the running turn that took time. */
  | {
      readonly kind: "step";
      readonly name: "model_request" | "tool";
      readonly threadId: string;
      readonly startedAt: Date;
      readonly endedAt: Date;
      readonly error: string | null;
      readonly attributes: Attributes;
    };

/** Where records go. Closed by whoever opened it. */
export interface TelemetrySink {
  /** Returns at once and never throws: what cannot be delivered is dropped by the sink, which says so. */
  take(record: TelemetryRecord): void;
  /** Delivers what is left, for a moment. Idempotent. */
  close(): Promise<void>;
}
