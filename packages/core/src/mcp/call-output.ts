import type { McpCallResult } from "@heddle/mcp";
import type { ContentItem } from "@heddle/models";
import { textOutput, type ToolOutput } from "../tools/output.ts";

/**
 * What the model sees of a result: the structured content if there is any, else the blocks as JSON; as pictures when
 * there are some and nothing but text beside them. Source: engine spec, section 8.3.
 */
export function toModelOutput({ content, structuredContent }: McpCallResult): ToolOutput {
  if (structuredContent !== null) return textOutput(JSON.stringify(structuredContent));
  const parts = content.map(toPart);
  const pictures = parts.some((part) => part?.type === "input_image");
  const known = parts.filter((part) => part !== null);
  if (pictures && known.length === parts.length) return { type: "content", content: known };
  return textOutput(JSON.stringify(content));
}

/** A failure, as recorded histories have it. */
export function failureOutput(message: string): ToolOutput {
  return textOutput(`err: ${JSON.stringify(message)}`);
}

function toPart({ type, text, data, mimeType }: McpCallResult["content"][number]): ContentItem | null {
  if (type === "text" && typeof text === "string") return { type: "input_text", text };
  if (type !== "image" || typeof data !== "string") return null;
  const url = data.startsWith("data:")
    ? data
    : `data:${typeof mimeType === "string" ? mimeType : "image/png"};base64,${data}`;
  return { type: "input_image", image_url: url };
}
