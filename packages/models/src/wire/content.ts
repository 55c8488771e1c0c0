import type { ContentItem, MessageItem } from "../response-item.ts";

/** The text parts of a message as one. */
export function textOf({ content }: Pick<MessageItem, "content">): string {
  return content.map((part) => (part.type === "input_image" ? "" : part.text)).join("");
}

/** What stands for an image where the endpoint takes none. */
export const IMAGE_OMITTED = "[an image was left out: this model does not take images]";

/** What the user says where the user has to speak and did not: before, and behind, what the model said. */
export const GO_ON = "Go on.";

/** The bytes of a `data:` URL, in base64; null for any other URL. */
export function readDataUrl(url: string): { readonly mediaType: string; readonly base64: string } | null {
  const match = /^data:([^;,]+)[^,]*;base64,/.exec(url);
  return match?.[1] === undefined ? null : { mediaType: match[1], base64: url.slice(match[0].length) };
}

/** An output as content, whichever form it has. */
export function toContent(output: string | readonly ContentItem[]): readonly ContentItem[] {
  return typeof output === "string" ? [{ type: "input_text", text: output }] : output;
}
