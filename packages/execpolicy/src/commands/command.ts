import { shellScript } from "../shell/shell-call.ts";
import { readPlainScript, type PlainCommand } from "../shell/script.ts";

/** What one argv amounts to: the commands that are judged. */
export interface Reading {
  /** `plainScript`: its commands; `otherScript`: a shell call that nobody can see through; `argv`: no shell call. */
  readonly type: "plainScript" | "otherScript" | "argv";
  readonly commands: readonly PlainCommand[];
}

/** Splits a shell call with a plain script into its commands; any other argv is one command as it stands. */
export function readCall(argv: readonly string[]): Reading {
  const script = shellScript(argv);
  const commands = script === null ? null : readPlainScript(script);
  if (commands !== null) return { type: "plainScript", commands };
  const whole = { written: argv, meant: argv, mayGainOptions: false };
  return { type: script === null ? "argv" : "otherScript", commands: [whole] };
}

/** The readings of a command: one, or two if they differ. A list or rule that grants something has to hold for each of them. */
export function readings({ written, meant }: PlainCommand): readonly (readonly string[])[] {
  return meant === written ? [written] : [written, meant];
}
