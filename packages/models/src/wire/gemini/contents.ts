import { asString } from "../../json.ts";
import type { ContentItem, ResponseItem } from "../../response-item.ts";
import { GO_ON, readDataUrl, toContent } from "../content.ts";
import {
  isToolCall,
  takeLeadingInstructions,
  toExchanges,
  type CallResult,
  type SaidItem,
  type ToolCallItem,
} from "../exchanges.ts";
import { toArgumentObject, toFunctionCall } from "../function-calls.ts";
import { ownState, type Recipient } from "../provider-state.ts";

export type Part = Record<string, unknown>;

export interface GeminiContent {
  readonly role: "user" | "model";
  readonly parts: Part[];
}

/** Whether signatures go back as they came, or calls are marked as not to be checked. */
export type Signatures = "own" | "skip";

/** What the API takes in place of a signature that it cannot check. */
const SKIP_SIGNATURE = "skip_thought_signature_validator";

/**
 * What was said, in the order and the parts in which it came, each with its signature: in the running turn a call
 * without the signature that it came with is refused. Source: models spec, sections 11.1 and 11.2.
 */
export function toGeminiContents(
  input: readonly ResponseItem[],
  { recipient, signatures }: { readonly recipient: Recipient; readonly signatures: Signatures },
): { readonly system: readonly string[]; readonly contents: readonly GeminiContent[] } {
  const { texts, rest } = takeLeadingInstructions(toExchanges(input));
  const contents: GeminiContent[] = [];
  for (const exchange of rest) {
    if (exchange.type === "told") {
      add(
        contents,
        "user",
        exchange.messages.flatMap((message) => message.content.flatMap(contentPart)),
      );
      continue;
    }
    const firstCall = exchange.items.find(isToolCall);
    const mark = (item: SaidItem): Part => {
      if (signatures === "skip") return item === firstCall ? { thoughtSignature: SKIP_SIGNATURE } : {};
      const signature = asString(ownState(item, recipient)?.["signature"]);
      return signature === null ? {} : { thoughtSignature: signature };
    };
    add(
      contents,
      "model",
      exchange.items.flatMap((item) => saidParts(item, mark(item))),
    );
    add(contents, "user", exchange.results.map(responsePart));
    add(
      contents,
      "user",
      exchange.results.flatMap(({ output }) => imagesOf(output)),
    );
  }
  if (contents[0]?.role === "model") contents.unshift({ role: "user", parts: [{ text: GO_ON }] });
  return { system: texts, contents };
}

/** Roles alternate: what belongs to the same one is one content. */
function add(contents: GeminiContent[], role: GeminiContent["role"], parts: readonly Part[]): void {
  if (parts.length === 0) return;
  const last = contents.at(-1);
  if (last?.role === role) last.parts.push(...parts);
  else contents.push({ role, parts: [...parts] });
}

function contentPart(part: ContentItem): Part[] {
  if (part.type !== "input_image") return part.text === "" ? [] : [{ text: part.text }];
  const data = readDataUrl(part.image_url);
  return data === null
    ? [{ fileData: { fileUri: part.image_url } }]
    : [{ inlineData: { mimeType: data.mediaType, data: data.base64 } }];
}

function saidParts(item: SaidItem, mark: Part): Part[] {
  switch (item.type) {
    case "message": {
      const parts = item.content.flatMap(contentPart);
      const last = parts.at(-1);
      return last === undefined ? [] : [...parts.slice(0, -1), { ...last, ...mark }];
    }
    case "reasoning":
      // Summaries of thoughts are not asked back; a signature that came on its own is.
      return "thoughtSignature" in mark ? [{ text: "", ...mark }] : [];
    case "web_search_call":
      return [];
    default: {
      const { name, arguments: json } = toFunctionCall(item);
      return [{ functionCall: { ...idOf(item), name, args: toArgumentObject(json) }, ...mark }];
    }
  }
}

function responsePart({ call, output }: CallResult): Part {
  const text = toContent(output).map((part) => (part.type === "input_image" ? "" : part.text));
  const { name } = toFunctionCall(call);
  return { functionResponse: { ...idOf(call), name, response: { output: text.join("") } } };
}

/** Images cannot stand in a response: they follow it. */
function imagesOf(output: CallResult["output"]): Part[] {
  return toContent(output).flatMap((part) => (part.type === "input_image" ? contentPart(part) : []));
}

function idOf({ call_id }: ToolCallItem): { readonly id?: string } {
  return call_id === null ? {} : { id: call_id };
}
