import type { ContentBlock } from "@agentclientprotocol/sdk";
import type { UserInput } from "@heddle/protocol";

/** The input of a turn for what an editor sends as a prompt. What a model cannot take is named instead. */
export function toUserInput(prompt: readonly ContentBlock[]): UserInput[] {
  return prompt.map(toInput);
}

function toInput(block: ContentBlock): UserInput {
  switch (block.type) {
    case "text":
      return text(block.text);
    case "image":
      return { type: "image", url: `data:${block.mimeType};base64,${block.data}` };
    case "resource_link":
      return text(`[${block.title ?? block.name}](${block.uri})`);
    case "resource": {
      const { resource } = block;
      if ("text" in resource) return text(`<context uri="${resource.uri}">\n${resource.text}\n</context>`);
      return text(`[${resource.uri}]`);
    }
    case "audio":
      return text(`[audio, ${block.mimeType}: not supported]`);
  }
}

function text(value: string): UserInput {
  return { type: "text", text: value };
}
