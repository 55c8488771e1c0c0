import { textOutput, type OfferedTool, type ToolCall, type ToolContext, type ToolOutput } from "@heddle/core";
import { decode, itemId, itemToolRequestUserInput, type ToolRequestUserInputQuestion } from "@heddle/protocol";
import type { ThreadFeed } from "../feeds/thread-feed.ts";

const NAME = "request_user_input";

const STRING = { type: "string" };
/** What models see. `id` ties an answer to its question. */
const PARAMETERS = {
  type: "object",
  properties: {
    questions: {
      type: "array",
      description: "One to three questions; they are asked together.",
      items: {
        type: "object",
        properties: {
          id: { ...STRING, description: "A short name in snake_case; the answer comes under it." },
          header: { ...STRING, description: "One or two words that stand above the question." },
          question: { ...STRING, description: "A whole sentence." },
          options: {
            type: "array",
            description: "Two or three answers to choose from, the recommended one first. Leave it out for free text.",
            items: {
              type: "object",
              properties: { label: STRING, description: STRING },
              required: ["label", "description"],
              additionalProperties: false,
            },
          },
        },
        required: ["id", "header", "question"],
        additionalProperties: false,
      },
    },
  },
  required: ["questions"],
  additionalProperties: false,
};

const DESCRIPTION =
  "Asks the person who gave the task and waits for the answer. For decisions that only they can make, not for what the repository can tell.";

/** `request_user_input`: a question of the model to the person; the first client that answers counts. */
export function requestUserInputTool(feed: () => ThreadFeed): OfferedTool {
  return {
    tool: { name: NAME, admission: "exclusive", handle: (call, context) => ask(call, context, feed()) },
    spec: { type: "function", name: NAME, description: DESCRIPTION, strict: false, parameters: PARAMETERS },
  };
}

async function ask(call: ToolCall, { turnId, signal }: ToolContext, feed: ThreadFeed): Promise<ToolOutput> {
  const read = readQuestions(call);
  if (!read.ok) return textOutput(`failed to parse function arguments: ${read.reason}`);
  const { id: threadId } = feed.thread.identity;
  const params = {
    threadId,
    turnId,
    itemId: itemId(call.callId),
    questions: [...read.questions],
    isBlocking: true,
    autoResolutionMs: null,
  };
  const answer = await feed.ask(
    { key: `question ${call.callId}`, addressee: null, method: "item/tool/requestUserInput", params },
    { signal, waitsForPerson: true },
  );
  signal.throwIfAborted();
  const decoded = decode(itemToolRequestUserInput.result, answer);
  return textOutput(decoded.ok ? JSON.stringify(decoded.value) : "nobody answered; go on with what you know");
}

/** Reads the arguments by the schema that the questions are sent in; every question may be answered freely. */
function readQuestions({
  payload,
}: ToolCall): { ok: true; questions: readonly ToolRequestUserInputQuestion[] } | { ok: false; reason: string } {
  if (payload.type !== "function") return { ok: false, reason: "it is not a custom tool" };
  let value: unknown;
  try {
    value = JSON.parse(payload.arguments);
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
  const schema = itemToolRequestUserInput.params.properties.questions;
  const decoded = decode(
    schema,
    typeof value === "object" && value !== null && "questions" in value ? value.questions : null,
  );
  if (!decoded.ok) return { ok: false, reason: `questions: ${decoded.reason}` };
  return { ok: true, questions: decoded.value.map((question) => ({ ...question, isOther: true })) };
}
