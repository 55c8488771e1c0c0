import { mentionSkills, type UserInput } from "@heddle/protocol";

/** Editors put open files and selections before this line and the person's own words behind it. */
const REQUEST_MARKER = "## My request for Codex:";

/** The text by which lists show a thread, from its first user message. Source: app-server spec, section 3. */
export function previewOf(input: readonly UserInput[]): string {
  return previewOfText(
    mentionSkills(input)
      .flatMap((part) => (part.type === "text" ? [part.text] : []))
      .join(""),
  );
}

/** The same, where only the text of the message is known. */
export function previewOfText(text: string): string {
  const at = text.indexOf(REQUEST_MARKER);
  return at === -1 ? text : text.slice(at + REQUEST_MARKER.length).trim();
}
