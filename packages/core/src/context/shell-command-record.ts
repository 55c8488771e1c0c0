import { truncate, type TruncationPolicy } from "../history/truncate.ts";

/** What came of a command that the user has run. */
export interface ShellCommandResult {
  readonly exitCode: number;
  readonly durationMs: number;
  readonly output: string;
}

/** What the model is told about it. Tags and labels are exact: models and histories know them. Source: engine spec, section 18. */
export function shellCommandRecord(command: string, result: ShellCommandResult, policy: TruncationPolicy): string {
  const { text, cut } = truncate(result.output, policy);
  const output = cut ? `Total output lines: ${result.output.split("\n").length}\n\n${text}` : text;
  return [
    "<user_shell_command>",
    "<command>",
    command,
    "</command>",
    "<result>",
    `Exit code: ${result.exitCode}`,
    `Duration: ${(result.durationMs / 1000).toFixed(4)} seconds`,
    "Output:",
    output.replace(/\n$/, ""),
    "</result>",
    "</user_shell_command>",
  ].join("\n");
}
