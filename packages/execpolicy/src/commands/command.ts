import { shellScript } from "../shell/shell-call.ts";
import { readPlainScript, type PlainCommand } from "../shell/script.ts";

/** What one argv amounts to: the commands that are judged. */
export interface Reading {
  /** True for a shell call whose script is plain, false for everything that counts as one command. */
  readonly plain: boolean;
  readonly commands: readonly PlainCommand[];
}

/** Splits a shell call with a plain script into its commands; any other argv is one command as it stands. */
export function readCall(argv: readonly string[]): Reading {
  const script = shellScript(argv);
  const commands = script === null ? null : readPlainScript(script);
  if (commands !== null) return { plain: true, commands };
  return { plain: false, commands: [{ written: argv, meant: argv, mayGainOptions: false }] };
}

/** The readings of a command: one, or two if they differ. A list or rule that grants something has to hold for each of them. */
export function readings({ written, meant }: PlainCommand): readonly (readonly string[])[] {
  return meant === written ? [written] : [written, meant];
}
