/**
 * What the model of a thread is told about a review that has run beside it. The tags are those of the reference, and
 * tell that the message is not the user's own. Source: engine spec, section 16.
 * @param results the rendered review; null when it was interrupted.
 */
export function reviewRecord(results: string | null): string {
  const context =
    results === null
      ? "The user had a review made in this thread and stopped it. There are no results; if the user asks for it again, say that it has to be started anew."
      : "The user had a review made in this thread. Its results follow; the user may ask you to act on them.";
  return [
    "<user_action>",
    `  <context>${context}</context>`,
    "  <action>review</action>",
    "  <results>",
    `  ${results ?? "None."}`,
    "  </results>",
    "</user_action>",
  ].join("\n");
}
