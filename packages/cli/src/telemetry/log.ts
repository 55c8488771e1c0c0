import type { LogLevel } from "@heddle/config";
import type { TelemetryRecord, TelemetrySink } from "./record.ts";

/** Each level says what those before it say, too. */
const LOG_LEVELS: readonly LogLevel[] = ["off", "error", "warn", "info", "debug"];

/** One line of a log. */
export interface LogLine {
  readonly at: Date;
  readonly level: Exclude<LogLevel, "off">;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The level that the environment asks for: the first bare word of `HEDDLE_LOG`, else of `RUST_LOG`, among
 * `module=level` pairs; null when it names none. Source: command line spec, section 7.
 */
export function logLevelOf(env: Readonly<Record<string, string | undefined>>): LogLevel | null {
  const words = (env["HEDDLE_LOG"] || env["RUST_LOG"] || "").toLowerCase().split(",");
  const word = words.map((each) => each.trim()).find((each) => each !== "" && !each.includes("="));
  if (word === "trace") return "debug";
  return LOG_LEVELS.find((level) => level === word) ?? null;
}

/** Whether a line of one level is written where another one is set. */
export function isLogged(level: LogLine["level"], upTo: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(upTo);
}

/** A sink that writes records as lines of a log. Outputs of tools are left out: the rollout has them. */
export function logSink(upTo: LogLevel, write: (line: LogLine) => void): Pick<TelemetrySink, "take"> {
  return {
    take(record) {
      const line = lineOf(record);
      if (isLogged(line.level, upTo)) write(line);
    },
  };
}

function lineOf(record: TelemetryRecord): LogLine {
  switch (record.kind) {
    case "event": {
      const { output: _output, ...fields } = record.attributes;
      return { at: record.at, level: "debug", message: record.name, fields: { thread: record.threadId, ...fields } };
    }
    case "turnStarted": {
      const { at, threadId: thread, turnId: turn } = record;
      return { at, level: "info", message: "turn started", fields: { thread, turn } };
    }
    case "turnEnded": {
      const { at, threadId: thread, turnId: turn, status, error } = record;
      const fields = { thread, turn, ...(error === null ? {} : { error }) };
      return { at, level: status === "failed" ? "error" : "info", message: `turn ${status}`, fields };
    }
    case "step": {
      const { name, threadId: thread, startedAt, endedAt, error, attributes } = record;
      const took = { duration_ms: endedAt.getTime() - startedAt.getTime() };
      const fields = { thread, ...attributes, ...took, ...(error === null ? {} : { error }) };
      return { at: endedAt, level: error === null ? "debug" : "warn", message: name, fields };
    }
  }
}

/** For people at a terminal. */
export function describeLine({ level, message, fields }: LogLine): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${quoted(value)}`);
  return `heddle: ${level}: ${[message, ...words].join(" ")}\n`;
}

function quoted(value: string | number | boolean): string {
  return typeof value === "string" && /[\s"=\u0000-\u001f\u007f]/.test(value) ? JSON.stringify(value) : String(value);
}

/** For programs: one JSON object. */
export function encodeLine({ at, level, message, fields }: LogLine): string {
  return `${JSON.stringify({ time: at.toISOString(), level, message, ...fields })}\n`;
}
