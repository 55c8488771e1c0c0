import { ROOT_CONTEXT, SpanStatusCode, trace, type Context, type Span } from "@opentelemetry/api";
import { OTLPLogExporter as JsonLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as BinaryLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as JsonMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as BinaryMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as BinaryTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { OtlpTarget } from "./otlp-target.ts";
import type { Attributes, TelemetryRecord, TelemetrySink } from "./record.ts";

/** What every record says of the process it comes from. */
export interface TelemetryOrigin {
  /** The originator. */
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  /** Attributes of every event. */
  readonly common: Attributes;
}

/** How long what is left may take to leave at the end of the process. */
const CLOSE_LIMIT_MS = 2_000;
const METRIC_INTERVAL_MS = 30_000;

/**
 * Exports records over OTLP: events as logs, turns with their model requests and tools as traces, and counts and
 * durations of these as metrics. Nothing waits for the collector: what it does not take in time is dropped by the SDK.
 */
export function openOtlp(target: OtlpTarget, origin: TelemetryOrigin): TelemetrySink {
  const resource = resourceFromAttributes({
    "service.name": origin.service,
    "service.version": origin.version,
    env: origin.environment,
  });
  const exporters = target.protocol === "json" ? jsonExporters(target) : binaryExporters(target);
  const logs = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor(exporters.logs)] });
  const traces =
    exporters.traces === null
      ? null
      : new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporters.traces)] });
  const metrics =
    exporters.metrics === null
      ? null
      : new MeterProvider({
          resource,
          readers: [
            new PeriodicExportingMetricReader({
              exporter: exporters.metrics,
              exportIntervalMillis: METRIC_INTERVAL_MS,
            }),
          ],
        });
  const logger = logs.getLogger("heddle", origin.version);
  const spans = traces === null ? null : createTurnSpans(traces, origin.version);
  const measures = metrics === null ? null : createMeasures(metrics, origin.version);
  let closed: Promise<void> | null = null;
  return {
    take(record) {
      if (record.kind === "event") {
        const { name, at, threadId, attributes } = record;
        const own = { "event.name": name, "event.timestamp": at.toISOString(), "conversation.id": threadId };
        logger.emit({ eventName: name, timestamp: at, attributes: { ...own, ...origin.common, ...attributes } });
      } else spans?.(record);
      measures?.(record);
    },
    close() {
      const providers = [logs, traces, metrics].filter((provider) => provider !== null);
      closed ??= withinLimit(Promise.allSettled(providers.map((provider) => provider.shutdown())));
      return closed;
    },
  };
}

async function withinLimit(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_LIMIT_MS);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

function optionsFor({ headers, tls }: OtlpTarget, url: string): object {
  return { url, headers, ...(tls === null ? {} : { httpAgentOptions: { ...tls, keepAlive: true } }) };
}

function jsonExporters(target: OtlpTarget) {
  const { logs, traces, metrics } = target.urls;
  return {
    logs: new JsonLogExporter(optionsFor(target, logs)),
    traces: traces === null ? null : new JsonTraceExporter(optionsFor(target, traces)),
    metrics: metrics === null ? null : new JsonMetricExporter(optionsFor(target, metrics)),
  };
}

function binaryExporters(target: OtlpTarget) {
  const { logs, traces, metrics } = target.urls;
  return {
    logs: new BinaryLogExporter(optionsFor(target, logs)),
    traces: traces === null ? null : new BinaryTraceExporter(optionsFor(target, traces)),
    metrics: metrics === null ? null : new BinaryMetricExporter(optionsFor(target, metrics)),
  };
}

type Take = (record: TelemetryRecord) => void;

/** Turns as spans, what they consist of as spans below them. At most one turn of a thread runs at a time. */
function createTurnSpans(provider: BasicTracerProvider, version: string): Take {
  const tracer = provider.getTracer("heddle", version);
  const running = new Map<string, { readonly span: Span; readonly context: Context }>();
  return (record) => {
    switch (record.kind) {
      case "turnStarted": {
        const { threadId, turnId, at } = record;
        const attributes = { "conversation.id": threadId, "turn.id": turnId };
        const span = tracer.startSpan("turn", { startTime: at, attributes }, ROOT_CONTEXT);
        running.set(`${threadId} ${turnId}`, { span, context: trace.setSpan(ROOT_CONTEXT, span) });
        return;
      }
      case "turnEnded": {
        const key = `${record.threadId} ${record.turnId}`;
        const span = running.get(key)?.span;
        running.delete(key);
        span?.setAttribute("turn.status", record.status);
        if (record.error !== null) span?.setStatus({ code: SpanStatusCode.ERROR, message: record.error });
        span?.end(record.at);
        return;
      }
      case "step": {
        const { name, threadId, startedAt, endedAt, error, attributes } = record;
        const turn = [...running].findLast(([key]) => key.startsWith(`${threadId} `))?.[1];
        const options = { startTime: startedAt, attributes: { "conversation.id": threadId, ...attributes } };
        const span = tracer.startSpan(name, options, turn?.context ?? ROOT_CONTEXT);
        if (error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
        span.end(endedAt);
        return;
      }
      default:
        return;
    }
  };
}

const TOKEN_KINDS = ["input", "output", "cached", "reasoning"] as const;

function createMeasures(provider: MeterProvider, version: string): Take {
  const meter = provider.getMeter("heddle", version);
  const turns = meter.createCounter("heddle.turns", { description: "turns that have ended, by status" });
  const tokens = meter.createCounter("heddle.tokens", { description: "tokens of model responses, by kind" });
  const durations = meter.createHistogram("heddle.step.duration", {
    description: "how long model requests and tools took",
    unit: "ms",
  });
  return (record) => {
    switch (record.kind) {
      case "turnEnded":
        turns.add(1, { status: record.status });
        return;
      case "step":
        durations.record(record.endedAt.getTime() - record.startedAt.getTime(), {
          step: record.name,
          failed: record.error !== null,
        });
        return;
      case "event":
        for (const kind of TOKEN_KINDS) {
          const count = record.attributes[`${kind}_token_count`];
          if (typeof count === "number") tokens.add(count, { kind });
        }
        return;
      default:
        return;
    }
  };
}
