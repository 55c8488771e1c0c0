import type { ToolSpec } from "../prompt.ts";
import type { ResponseItem } from "../response-item.ts";

/** The tool that the questions ask the model to call. It is never run. */
export const PROBE_TOOL: ToolSpec = {
  type: "function",
  name: "read_note",
  description: "Reads one note.",
  parameters: {
    type: "object",
    properties: { name: { type: "string", description: "Name of the note." } },
    required: ["name"],
    additionalProperties: false,
  },
  strict: false,
};

export function user(text: string): ResponseItem {
  return { type: "message", role: "user", content: [{ type: "input_text", text }] };
}

export function developer(text: string): ResponseItem {
  return { type: "message", role: "developer", content: [{ type: "input_text", text }] };
}

/** A picture of one white pixel. */
export const PIXEL: ResponseItem = {
  type: "message",
  role: "user",
  content: [
    { type: "input_text", text: "Say in one word which colour this picture has." },
    {
      type: "input_image",
      image_url:
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
    },
  ],
};

/** Longer than the shortest prefix that providers keep, which is some thousand tokens. */
export const LONG_TEXT = Array.from({ length: 700 }, (_, index) => `Line ${index}: nothing to remember here.`).join(
  "\n",
);
