import type { ResolvedConfig } from "@heddle/config";
import { logLevelOf } from "../telemetry/log.ts";
import type { Telemetry, TelemetryOptions } from "../telemetry/start.ts";

/** What telemetry needs of the runtime that it is opened for. */
export interface TelemetryPlace extends Pick<TelemetryOptions, "home" | "originator" | "version"> {
  /** Null when it cannot be read: then nothing is told. */
  readonly config: ResolvedConfig | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a wrong exporter ends the start; otherwise it is a warning, and nothing is exported. */
  readonly mustExport: boolean;
  readonly warn: (message: string) => void;
}

/**
 * Opens what the configuration and `HEDDLE_LOG` ask for; null when that is nothing, as it mostly is: then no module of it
 * is loaded.
 * @throws TelemetryError with `mustExport`.
 */
export async function openTelemetry(place: TelemetryPlace): Promise<Telemetry | null> {
  const { home, originator, version, config, env, mustExport, warn } = place;
  if (config === null) return null;
  const { otel, log } = config;
  const logStderr = log.stderr ?? logLevelOf(env) ?? "off";
  if (otel.exporter.type === "none" && log.file === "off" && logStderr === "off") return null;
  const { startTelemetry, TelemetryError } = await import("../telemetry/start.ts");
  const options: TelemetryOptions = {
    home,
    otel,
    logFile: log.file,
    logStderr,
    originator,
    version,
    terminal: env["TERM_PROGRAM"] || env["TERM"] || "unknown",
    now: () => new Date(),
    writeStderr: (text) => void process.stderr.write(text),
  };
  try {
    return await startTelemetry(options);
  } catch (error) {
    if (mustExport || !(error instanceof TelemetryError)) throw error;
    warn(error.message);
    return startTelemetry({ ...options, otel: { ...otel, exporter: { type: "none" } } });
  }
}
