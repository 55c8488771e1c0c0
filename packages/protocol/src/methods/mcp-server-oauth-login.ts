import type { Static } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { Type } from "../schema/type.ts";

export const McpServerOauthLoginParamsSchema = Type.Named(
  "McpServerOauthLoginParams",
  Type.Object({
    name: Type.String(),
    scopes: Type.Maybe(Type.Array(Type.String())),
    timeoutSecs: Type.Maybe(Type.Int64()),
  }),
);
export type McpServerOauthLoginParams = Static<typeof McpServerOauthLoginParamsSchema>;

export const McpServerOauthLoginResponseSchema = Type.Named(
  "McpServerOauthLoginResponse",
  Type.Object({ authorizationUrl: Type.String() }),
);
export type McpServerOauthLoginResponse = Static<typeof McpServerOauthLoginResponseSchema>;

export const mcpServerOauthLogin = defineMethod({
  method: "mcpServer/oauth/login",
  direction: "clientToServer",
  params: McpServerOauthLoginParamsSchema,
  result: McpServerOauthLoginResponseSchema,
  doc: "Begins a login at an MCP server; `mcpServer/oauthLogin/completed` tells its end.",
});

export const mcpServerOauthLoginFirst = defineMethod({
  method: "mcpServer/oauthLogin",
  direction: "clientToServer",
  params: McpServerOauthLoginParamsSchema,
  result: McpServerOauthLoginResponseSchema,
  doc: "`mcpServer/oauth/login` under its first name.",
});
