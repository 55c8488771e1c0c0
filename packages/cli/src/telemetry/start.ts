import type { LogLevel, ResolvedConfig } from "@heddle/config";
import type { Engine } from "@heddle/core";
import type { ModelClient } from "@heddle/models";
import { describeLine, isLogged, logSink, type LogLine } from "./log.ts";
import { observeModel } from "./observe-model.ts";
import { observeThreads } from "./observe-threads.ts";
import { otlpTarget, TelemetryError } from "./otlp-target.ts";
import type { TelemetryRecord, TelemetrySink } from "./record.ts";

export { TelemetryError } from "./otlp-target.ts";

/** What a process tells about itself while it works. Closed by whoever started it. */
export interface Telemetry {
  /** The same client, with its requests told. */
  observeModel(client: ModelClient): ModelClient;
  /** Tells of every thread that the engine loads from now on. */
  observeThreads(engine: Pick<Engine, "watch">): void;
  /** A warning for the person, which the log has too. */
  warned(message: string): void;
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly home: string;
  readonly otel: ResolvedConfig["otel"];
  readonly logFile: LogLevel;
  readonly logStderr: LogLevel;
  readonly originator: string;
  readonly version: string;
  readonly terminal: string;
  readonly now: () => Date;
  readonly writeStderr: (text: string) => void;
}

/**
 * Opens what the configuration names: an exporter, the log file, the log on stderr.
 * @throws TelemetryError `Could not create otel exporter: ...`
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { otel, now } = options;
  const sinks: TelemetrySink[] = [];
  const lines: ((line: LogLine) => void)[] = [];
  const exporter = await openExporter(options);
  if (exporter !== null) sinks.push(exporter);
  if (options.logStderr !== "off") {
    const write = (line: LogLine): void => options.writeStderr(describeLine(line));
    sinks.push({ ...logSink(options.logStderr, write), close: () => Promise.resolve() });
  }
  if (options.logFile !== "off") {
    const { openLogFile } = await import("./log-file.ts");
    const file = await openLogFile(options.home, (error) =>
      options.writeStderr(`warning: the log cannot be written: ${error.message}\n`),
    );
    sinks.push({ ...logSink(options.logFile, file.write), close: file.close });
    if (isLogged("warn", options.logFile)) lines.push(file.write);
  }
  const take = (record: TelemetryRecord): void => {
    for (const sink of sinks) sink.take(record);
  };
  let stop = (): void => {};
  return {
    observeModel: (client) => observeModel(client, { take, now }),
    observeThreads(engine) {
      stop = observeThreads(engine, { take, now, logUserPrompt: otel.logUserPrompt });
    },
    warned(message) {
      for (const write of lines) write({ at: now(), level: "warn", message, fields: {} });
    },
    async close() {
      stop();
      await Promise.all(sinks.map((sink) => sink.close()));
    },
  };
}

/** The SDK is loaded for an exporter alone. */
async function openExporter({ otel, originator, version, terminal }: TelemetryOptions): Promise<TelemetrySink | null> {
  try {
    const target = await otlpTarget(otel.exporter);
    if (target === null) return null;
    const { openOtlp } = await import("./otlp.ts");
    const common = { "app.version": version, "terminal.type": terminal };
    return openOtlp(target, { service: originator, version, environment: otel.environment, common });
  } catch (error) {
    if (!(error instanceof TelemetryError)) throw error;
    throw new TelemetryError(`Could not create otel exporter: ${error.message}`, { cause: error });
  }
}
