import type { ContentItem } from "@heddle/models";
import { truncate, type TruncationPolicy } from "../history/truncate.ts";

/** What a tool call gives back to the model. */
export type ToolOutput =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "content"; readonly content: readonly ContentItem[] };

/** A plain answer. */
export function textOutput(text: string): ToolOutput {
  return { type: "text", text };
}

/** What a finished command looked like, whatever tool asked for it. */
export interface CommandReport {
  readonly text: string;
  readonly exitCode: number;
  readonly durationMs: number;
  /** The time limit that ended the command, null when it ended by itself. */
  readonly timedOutAfterMs: number | null;
}

/** `freeform` are lines for `shell_command`; `structured` is JSON for the older tools (engine spec, section 8). */
export type CommandFormat = "freeform" | "structured";

/** Writes a command's report in the form of the tool that ran it, cut to the model's budget. */
export function formatCommand(report: CommandReport, format: CommandFormat, policy: TruncationPolicy): string {
  const full = report.timedOutAfterMs === null ? report.text : timeoutNotice(report.timedOutAfterMs, report.text);
  const { text, cut } = truncate(full, policy);
  const seconds = Number((report.durationMs / 1000).toFixed(1));
  switch (format) {
    case "freeform": {
      const lines = [`Exit code: ${report.exitCode}`, `Wall time: ${seconds} seconds`];
      if (cut) lines.push(`Total output lines: ${countLines(full)}`);
      return [...lines, "Output:", text].join("\n");
    }
    case "structured": {
      const output = JSON.stringify(cut ? `Total output lines: ${countLines(full)}\n\n${text}` : text);
      const duration = (report.durationMs / 1000).toFixed(1);
      // Written by hand because JSON.stringify cannot write 0.0, which recorded histories have.
      return `{"output":${output},"metadata":{"exit_code":${report.exitCode},"duration_seconds":${duration}}}`;
    }
  }
}

/** The answer for a command that the person stopped. */
export function abortedCommandText(durationMs: number): string {
  return `Wall time: ${Math.max(0.1, Number((durationMs / 1000).toFixed(1)))} seconds\naborted by user`;
}

/** The answer for any other tool that the person stopped. */
export function abortedToolText(durationMs: number): string {
  return `aborted by user after ${(durationMs / 1000).toFixed(1)}s`;
}

function timeoutNotice(ms: number, text: string): string {
  return `command timed out after ${ms} milliseconds\n${text}`;
}

/** Lines of a text, an unfinished last one among them. */
export function countLines(text: string): number {
  if (text === "") return 0;
  let lines = text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
