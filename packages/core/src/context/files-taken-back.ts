import type { ResponseItem } from "@heddle/models";
import { escapeMarkup } from "./environment.ts";

/** How many files the model is told by name. */
const TOLD_FILES = 50;
const WORDS = { add: "restored", delete: "removed", update: "restored" } as const;

/**
 * Tells the model that changes of its own are gone: it would go on as if they were still there. In the form of context,
 * which is no word of the user. @param files paths as the model knows them.
 */
export function filesTakenBack(
  files: readonly { readonly path: string; readonly kind: "add" | "delete" | "update" }[],
): ResponseItem {
  const named = files.slice(0, TOLD_FILES).map(({ path, kind }) => `    ${WORDS[kind]} ${escapeMarkup(path)}`);
  const more = files.length > TOLD_FILES ? [`    and ${files.length - TOLD_FILES} more`] : [];
  const text = [
    "<environment_context>",
    "  <files_taken_back>",
    ...named,
    ...more,
    "  </files_taken_back>",
    "</environment_context>",
  ].join("\n");
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}
