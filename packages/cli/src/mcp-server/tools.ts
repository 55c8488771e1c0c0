import { decode, type NewConversationParams } from "@heddle/protocol";
import type { ListToolsResult } from "@modelcontextprotocol/server";
import * as Type from "@sinclair/typebox";
import type { Static, TObject } from "@sinclair/typebox";
import { resolve } from "node:path";

const text = (description: string): ReturnType<typeof Type.String> => Type.String({ description });
const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  Type.Unsafe<Values[number]>({ type: "string", enum: [...values], description });

/** Names are wire: clients of the reference know them. Source: MCP spec, section C. */
const StartInput = Type.Object({
  prompt: text("What is to be done: the first message of the thread."),
  model: Type.Optional(text("The model to use in place of the configured one.")),
  profile: Type.Optional(text("A profile of the configuration.")),
  cwd: Type.Optional(text("The working directory; a relative one starts at that of the server.")),
  "approval-policy": Type.Optional(
    oneOf(["untrusted", "on-failure", "on-request", "never"], "When commands and patches are asked about."),
  ),
  sandbox: Type.Optional(
    oneOf(["read-only", "workspace-write", "danger-full-access"], "What commands may write and reach."),
  ),
  config: Type.Optional(
    Type.Object({}, { additionalProperties: true, description: "Values for further keys of the configuration." }),
  ),
  "base-instructions": Type.Optional(text("Takes the place of the built-in instructions.")),
  "developer-instructions": Type.Optional(text("Added to the instructions, as from the developer.")),
  "compact-prompt": Type.Optional(text("What a long thread is summed up with.")),
});

const ReplyInput = Type.Object({
  conversationId: Type.Optional(text("The thread to go on with.")),
  threadId: Type.Optional(text("The same under its later name.")),
  prompt: text("What is said next."),
});

const outputSchema: McpTool["outputSchema"] = {
  type: "object",
  properties: { threadId: { type: "string" }, content: { type: "string" } },
  required: ["threadId", "content"],
};

type McpTool = ListToolsResult["tools"][number];

/** What a client wants when it calls one of our tools. */
export type ToolOrder =
  | { readonly type: "start"; readonly prompt: string; readonly params: NewConversationParams }
  | { readonly type: "reply"; readonly prompt: string; readonly conversationId: string }
  | { readonly type: "wrong"; readonly reason: string };

const TOOLS: ReadonlyMap<string, "start" | "reply"> = new Map([
  ["codex", "start"],
  ["codex-reply", "reply"],
  ["heddle", "start"],
  ["heddle-reply", "reply"],
]);

/** The tools as `tools/list` shows them: under our own names, and under those that clients of the reference know. */
export function listTools(): readonly McpTool[] {
  const start = {
    description:
      "Starts a thread: a coding agent works on the prompt in a folder until it is done, and says what it did.",
    inputSchema: plain(StartInput),
    outputSchema,
  };
  const reply = {
    description: "Goes on with a thread that `codex` has started.",
    inputSchema: { ...plain(ReplyInput), required: ["conversationId", "prompt"] },
    outputSchema,
  };
  return [
    { name: "codex", title: "Codex", ...start },
    { name: "codex-reply", title: "Codex Reply", ...reply },
    { name: "heddle", title: "Heddle", ...start },
    { name: "heddle-reply", title: "Heddle Reply", ...reply },
  ];
}

/** Reads a call. @param cwd the working directory of the server, absolute. */
export function readOrder(name: string, args: unknown, cwd: string): ToolOrder {
  switch (TOOLS.get(name)) {
    case undefined:
      return { type: "wrong", reason: `Unknown tool '${name}'` };
    case "start": {
      const decoded = decode(StartInput, args ?? {});
      if (!decoded.ok) return wrong(`Failed to parse configuration for Codex tool: ${decoded.reason}`);
      return { type: "start", prompt: decoded.value.prompt, params: toParams(decoded.value, cwd) };
    }
    case "reply": {
      const decoded = decode(ReplyInput, args ?? {});
      if (!decoded.ok) return wrong(`Failed to parse configuration for Codex tool: ${decoded.reason}`);
      const { prompt, conversationId = decoded.value.threadId } = decoded.value;
      if (conversationId === undefined) {
        return wrong("Failed to parse configuration for Codex tool: missing field `conversationId`");
      }
      return { type: "reply", prompt, conversationId };
    }
  }
}

/** The schema without what TypeBox keeps on it for itself. */
function plain({ properties, required = [] }: TObject): McpTool["inputSchema"] {
  const copies = Object.entries(properties).map(([name, member]) => [name, { ...member }]);
  return { type: "object", properties: Object.fromEntries(copies), required };
}

function wrong(reason: string): ToolOrder {
  return { type: "wrong", reason };
}

function toParams(input: Static<typeof StartInput>, cwd: string): NewConversationParams {
  const { model, profile, sandbox, config } = input;
  const { "approval-policy": approvalPolicy, "compact-prompt": compactPrompt } = input;
  const { "base-instructions": baseInstructions, "developer-instructions": developerInstructions } = input;
  return {
    cwd: resolve(cwd, input.cwd ?? "."),
    ...(model === undefined ? {} : { model }),
    ...(profile === undefined ? {} : { profile }),
    ...(sandbox === undefined ? {} : { sandbox }),
    ...(config === undefined ? {} : { config }),
    ...(approvalPolicy === undefined ? {} : { approvalPolicy }),
    ...(baseInstructions === undefined ? {} : { baseInstructions }),
    ...(developerInstructions === undefined ? {} : { developerInstructions }),
    ...(compactPrompt === undefined ? {} : { compactPrompt }),
  };
}
