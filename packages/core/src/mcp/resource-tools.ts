import type { McpServers, ResourceKind } from "@heddle/mcp";
import type { JsonValue } from "@heddle/protocol";
import * as Type from "@sinclair/typebox";
import {
  describeListMcpResources,
  describeListMcpResourceTemplates,
  describeReadMcpResource,
} from "../context/instructions/tool-descriptions.ts";
import { textOutput } from "../tools/output.ts";
import { defineFunctionTool, functionSpec, type OfferedTool, type ToolCall, type ToolContext } from "../tools/tool.ts";
import type { ToolOffer, ToolSource } from "../tools/tool-source.ts";
import { showCall } from "./show-call.ts";

const ListInput = Type.Object(
  { cursor: Type.Optional(Type.String()), server: Type.Optional(Type.String()) },
  { additionalProperties: false },
);
const ReadInput = Type.Object({ server: Type.String(), uri: Type.String() }, { additionalProperties: false });

/** The server that a call is shown with when it names none: clients know this name. */
const NO_SERVER = "codex";

const NOTHING: ToolOffer = { offered: [], served: [] };

/**
 * The three tools that read what servers have to read. They show as calls of a server and are offered as long as one is
 * enabled. Source: MCP spec, section A3.
 */
export function createMcpResourceSource(servers: McpServers): ToolSource {
  // Most threads have no servers: what is offered is made for those that do.
  let offer: ToolOffer | null = null;
  return {
    place: "resources",
    offer() {
      if (servers.names.length === 0) return NOTHING;
      offer ??= { offered: resourceTools(servers), served: [] };
      return offer;
    },
    close: async () => {},
  };
}

function resourceTools(servers: McpServers): readonly OfferedTool[] {
  return [
    listTool(servers, {
      name: "list_mcp_resources",
      description: describeListMcpResources,
      kind: "resources",
      method: "resources/list",
    }),
    listTool(servers, {
      name: "list_mcp_resource_templates",
      description: describeListMcpResourceTemplates,
      kind: "resourceTemplates",
      method: "resources/templates/list",
    }),
    readTool(servers),
  ];
}

function listTool(
  servers: McpServers,
  definition: {
    readonly name: string;
    readonly description: string;
    readonly kind: ResourceKind;
    readonly method: string;
  },
): OfferedTool {
  const { name, description, kind, method } = definition;
  return {
    tool: defineFunctionTool({
      name,
      admission: "parallel",
      input: ListInput,
      handle: async ({ server, cursor }, call, context) => {
        if (server === undefined && cursor !== undefined) {
          return textOutput(`${method} failed: cursor can only be used when a server is specified`);
        }
        const { signal } = context;
        return show({ server, name, method, input: { server, cursor } }, call, context, async () => {
          if (server === undefined) {
            const lists = await servers.listAllResources(kind, signal);
            return {
              [kind]: lists.flatMap((list) => list.entries.map((entry) => ({ server: list.server, ...entry }))),
            };
          }
          const page = await servers.listResources(server, kind, { cursor: cursor ?? null, signal });
          const next = page.nextCursor === null ? {} : { nextCursor: page.nextCursor };
          return { server, [kind]: page.entries.map((entry) => ({ server, ...entry })), ...next };
        });
      },
    }),
    spec: functionSpec(name, description, ListInput),
  };
}

function readTool(servers: McpServers): OfferedTool {
  const name = "read_mcp_resource";
  return {
    tool: defineFunctionTool({
      name,
      admission: "parallel",
      input: ReadInput,
      handle: ({ server, uri }, call, context) =>
        show({ server, name, method: "resources/read", input: { server, uri } }, call, context, async () => ({
          server,
          uri,
          contents: await servers.readResource(server, uri, context.signal),
        })),
    }),
    spec: functionSpec(name, describeReadMcpResource, ReadInput),
  };
}

/** Shows reading as a call of its server; the answer is JSON text. */
async function show(
  shown: {
    readonly server: string | undefined;
    readonly name: string;
    /** Of the protocol. */
    readonly method: string;
    readonly input: { readonly [member: string]: JsonValue | undefined };
  },
  call: ToolCall,
  context: ToolContext,
  read: () => Promise<JsonValue>,
): ReturnType<typeof showCall> {
  const { server = NO_SERVER, name, method, input } = shown;
  let text = "";
  const output = await showCall({ server, tool: name, arguments: input }, call, {
    context,
    failure({ message: reason }) {
      const message = reason.startsWith(method) ? reason : `${method} failed: ${reason}`;
      return { message, output: textOutput(message) };
    },
    async run() {
      text = JSON.stringify(await read());
      const content = [{ type: "text", text }];
      return { type: "result", result: { content, structuredContent: null, isError: false } };
    },
  });
  return text === "" ? output : textOutput(text);
}
