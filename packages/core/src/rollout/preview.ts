import { mentionOf, type UserInput } from "@heddle/protocol";

/** Editors put open files and selections before this line and the person's own words behind it. */
const REQUEST_MARKER = "## My request for Codex:";

/** The text by which lists show a thread, from its first user message. Source: app-server spec, section 3. */
export function previewOf(input: readonly UserInput[]): string {
  return previewOfText(saidIn(input));
}

/** The words of an input as one text, the skills that it names behind them. */
export function saidIn(input: readonly UserInput[]): string {
  const texts = input.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const skills = input.flatMap((part) => (part.type === "skill" ? (mentionOf(part, input) ?? []) : []));
  return [texts.join(""), ...skills].filter((text) => text !== "").join(" ");
}

/** The same, where only the text of the message is known. */
export function previewOfText(text: string): string {
  const at = text.indexOf(REQUEST_MARKER);
  return at === -1 ? text : text.slice(at + REQUEST_MARKER.length).trim();
}
