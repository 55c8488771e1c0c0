/** Sequences that steer a terminal: CSI, then the string sequences (OSC, DCS, SOS, PM, APC), then two-byte escapes. */
const ESCAPE_SEQUENCES =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u009b[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g;
const OTHER_CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * A text of a model, a command or a file as a person may see it: only tab and line feed are left of what a terminal
 * would obey. So nothing that a model prints can move the cursor, set the title or hide what was printed before, and
 * `--color never` really means no ANSI.
 */
export function visibleText(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(ESCAPE_SEQUENCES, "").replaceAll(OTHER_CONTROLS, "");
}
