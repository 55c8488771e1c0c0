import type { ExitOutcome } from "@heddle/sandbox";

/**
 * The last line of the output of a command that changed what is protected, where the sandbox could not keep it from that
 * and has put it back: for the model and for people. Empty when it did not.
 */
export function tamperingNote({ tampered }: Pick<ExitOutcome, "tampered">): string {
  if (tampered.length === 0) return "";
  return `sandbox: not permitted, and put back where possible: the command changed ${tampered.join(", ")}\n`;
}

/** A text with a note behind it, on a line of its own. */
export function withNote(text: string, note: string): string {
  return note === "" || text === "" || text.endsWith("\n") ? text + note : `${text}\n${note}`;
}
