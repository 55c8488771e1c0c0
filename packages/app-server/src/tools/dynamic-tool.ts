import { textOutput, type OfferedTool, type ToolCall, type ToolContext, type ToolOutput } from "@heddle/core";
import {
  decode,
  DynamicToolSpecSchema,
  invalidRequest,
  isJsonObject,
  itemId,
  itemToolCall,
  type DynamicToolCallItem,
  type DynamicToolSpec,
  type JsonValue,
} from "@heddle/protocol";
import type { Follower } from "../feeds/follower.ts";
import type { ThreadFeed } from "../feeds/thread-feed.ts";

/** Where calls of a client's tools go. */
interface ToolHome {
  readonly feed: () => ThreadFeed;
  /** The client that provides them; while it is gone, whoever else follows the thread is asked. */
  readonly provider: Follower;
  readonly now: () => Date;
}

/** A tool as a client described it, and the name that models call it by. */
interface ClientTool {
  readonly calledBy: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonValue;
}

/** What every wire accepts as the name of a function. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** What a rollout says of a tool, perhaps one of another version; nothing when it is not understood. */
export function readSpec(described: JsonValue): readonly DynamicToolSpec[] {
  // The reference began with functions alone, and gave them no type.
  const typed = isJsonObject(described) ? { type: "function", ...described } : described;
  const decoded = decode(DynamicToolSpecSchema, typed);
  return decoded.ok ? [decoded.value] : [];
}

/** @throws RpcError when a name or schema is none that a model could be told. */
export function assertCallable(specs: readonly DynamicToolSpec[]): void {
  for (const { calledBy, inputSchema } of specs.flatMap(flatten)) {
    if (!NAME.test(calledBy)) {
      throw invalidRequest(`dynamicTools: ${JSON.stringify(calledBy)} is no name for a tool: use ${NAME.source}`);
    }
    if (!isJsonObject(inputSchema)) throw invalidRequest(`dynamicTools: inputSchema of ${calledBy} is no object`);
  }
}

/** Those that a model can call. */
export function dynamicTools(specs: readonly DynamicToolSpec[], home: ToolHome): readonly OfferedTool[] {
  return specs.flatMap(flatten).flatMap((tool): OfferedTool[] => {
    const { calledBy, description, inputSchema } = tool;
    if (!NAME.test(calledBy) || !isJsonObject(inputSchema)) return [];
    return [
      {
        tool: {
          name: calledBy,
          admission: "exclusive",
          handle: (call, context) => serve(tool, call, { context, home }),
        },
        spec: { type: "function", name: calledBy, description, strict: false, parameters: inputSchema },
      },
    ];
  });
}

/** Models know no namespaces: theirs stands before the name. */
function flatten(spec: DynamicToolSpec): readonly ClientTool[] {
  switch (spec.type) {
    case "function":
      return [{ ...spec, calledBy: spec.name, namespace: null }];
    case "namespace":
      return spec.tools.map((tool) => ({ ...tool, calledBy: `${spec.name}__${tool.name}`, namespace: spec.name }));
  }
}

/** Shows the call as an item and has the client run it; whatever comes of it goes to the model. */
async function serve(
  { namespace, name: tool }: ClientTool,
  call: ToolCall,
  { context, home }: { readonly context: ToolContext; readonly home: ToolHome },
): Promise<ToolOutput> {
  const { items, turnId, signal } = context;
  const args = parse(call);
  if (!args.ok) return textOutput(`failed to parse function arguments: ${args.reason}`);
  const feed = home.feed();
  const { id: threadId } = feed.thread.identity;
  const id = items.freshId("dynamicToolCall", itemId(call.callId));
  const started: DynamicToolCallItem = {
    type: "dynamicToolCall",
    id,
    namespace,
    tool,
    arguments: args.value,
    status: "inProgress",
    contentItems: null,
    success: null,
    durationMs: null,
  };
  const startedAt = home.now().getTime();
  items.start(started);
  const params = { threadId, turnId, callId: call.callId, namespace, tool, arguments: args.value };
  const answer = await feed.ask(
    { key: id, addressee: home.provider, method: "item/tool/call", params },
    { signal, waitsForPerson: false },
  );
  signal.throwIfAborted(); // the turn completes the item
  const durationMs = home.now().getTime() - startedAt;
  const decoded = decode(itemToolCall.result, answer);
  if (!decoded.ok) {
    items.complete({ ...started, status: "failed", success: false, durationMs });
    return textOutput(`the client gave no answer for ${tool}: ${decoded.reason}`);
  }
  const { contentItems, success } = decoded.value;
  items.complete({ ...started, status: success ? "completed" : "failed", contentItems, success, durationMs });
  return toOutput(contentItems);
}

function parse({ payload }: ToolCall): { ok: true; value: JsonValue } | { ok: false; reason: string } {
  if (payload.type !== "function") return { ok: false, reason: "it is not a custom tool" };
  try {
    return { ok: true, value: JSON.parse(payload.arguments) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Text alone is plain output. No wire takes sound. */
function toOutput(items: NonNullable<DynamicToolCallItem["contentItems"]>): ToolOutput {
  const content = items.map((item) => {
    switch (item.type) {
      case "inputText":
        return { type: "input_text" as const, text: item.text };
      case "inputImage":
        return { type: "input_image" as const, image_url: item.imageUrl };
      case "inputAudio":
        return { type: "input_text" as const, text: "(sound, which cannot be played to the model)" };
    }
  });
  const [only] = content;
  if (content.length === 0) return textOutput("");
  if (content.length === 1 && only?.type === "input_text") return textOutput(only.text);
  return { type: "content", content };
}
