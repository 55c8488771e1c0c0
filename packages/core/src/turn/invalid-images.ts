import type { ContentItem, ResponseItem } from "@heddle/models";
import type { TurnScope } from "./scope.ts";

/** Exact: recorded histories have it. Source: engine spec, section 2. */
const PLACEHOLDER: ContentItem = { type: "input_text", text: "Invalid image" };

/**
 * Replaces the images that the model has not accepted yet by a text, in the history and its log. The endpoint does not
 * say which one it cannot read, so all of them go that came since it last answered.
 * @returns whether there were any, so that asking again is worth while.
 */
export function dropNewImages({ history, replaceHistory }: TurnScope): boolean {
  const fresh = new Set(history.unanswered);
  const items = history.items.map((item) => (fresh.has(item) ? withoutImages(item) : item));
  if (items.every((item, at) => item === history.items[at])) return false;
  replaceHistory({ message: "", items });
  return true;
}

function withoutImages(item: ResponseItem): ResponseItem {
  switch (item.type) {
    case "message":
      return item.content.some(isImage) ? { ...item, content: item.content.map(withoutImage) } : item;
    case "function_call_output":
      return typeof item.output !== "string" && item.output.some(isImage)
        ? { ...item, output: item.output.map(withoutImage) }
        : item;
    default:
      return item;
  }
}

function isImage(part: ContentItem): boolean {
  return part.type === "input_image";
}

function withoutImage(part: ContentItem): ContentItem {
  return isImage(part) ? PLACEHOLDER : part;
}
