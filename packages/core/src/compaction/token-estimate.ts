import type { ContentItem, ResponseItem } from "@heddle/models";

const BYTES_PER_TOKEN = 4;
/** What an image is taken for: endpoints scale it down, so the length of its data says nothing. */
const IMAGE_TOKENS = 1_200;
/** What of encrypted reasoning is its envelope, in bytes. */
const ENVELOPE_BYTES = 650;

/** Tokens of a text, by its length. Source: engine spec, section 15.3. */
export function estimateText(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Tokens that items take in a request, by the length of their JSON. */
export function estimateItems(items: Iterable<ResponseItem>): number {
  let tokens = 0;
  for (const item of items) tokens += estimateItem(item);
  return tokens;
}

function estimateItem(item: ResponseItem): number {
  switch (item.type) {
    case "ghost_snapshot":
      return 0;
    case "reasoning":
      return item.encrypted_content === null ? estimateJson(item) : estimateEncrypted(item.encrypted_content);
    case "compaction_summary":
      return estimateEncrypted(item.encrypted_content);
    case "message":
      return estimateContent(item, item.content);
    case "function_call_output":
      return typeof item.output === "string" ? estimateJson(item) : estimateContent(item, item.output);
    default:
      return estimateJson(item);
  }
}

/**
 * What an endpoint does not count in the usage of a response and still reads: reasoning of earlier turns.
 * Source: engine spec, section 15.3.
 */
export function estimateEarlierReasoning(items: readonly ResponseItem[]): number {
  const lastUser = items.findLastIndex((item) => item.type === "message" && item.role === "user");
  let tokens = 0;
  for (const item of items.slice(0, Math.max(0, lastUser))) {
    if (item.type !== "reasoning" || item.encrypted_content === null) continue;
    tokens += Math.ceil(estimateEncrypted(item.encrypted_content) / BYTES_PER_TOKEN);
  }
  return tokens;
}

function estimateContent(item: ResponseItem, content: readonly ContentItem[]): number {
  const images = content.filter((part) => part.type === "input_image");
  const imageBytes = images.reduce((sum, { image_url: url }) => sum + Buffer.byteLength(url), 0);
  return Math.ceil((jsonBytes(item) - imageBytes) / BYTES_PER_TOKEN) + images.length * IMAGE_TOKENS;
}

/** Base64 to bytes, without the envelope. */
function estimateEncrypted(content: string): number {
  return Math.max(0, Math.floor((content.length * 3) / 4) - ENVELOPE_BYTES);
}

function estimateJson(item: ResponseItem): number {
  return Math.ceil(jsonBytes(item) / BYTES_PER_TOKEN);
}

function jsonBytes(item: ResponseItem): number {
  return Buffer.byteLength(JSON.stringify(item));
}
