import type { Static } from "@sinclair/typebox";
import { Type } from "../schema/type.ts";
import { AnnotationsSchema, ResourceSchema } from "./mcp-content.ts";

export const McpAuthStatusSchema = Type.Named(
  "McpAuthStatus",
  Type.Enum(["unsupported", "notLoggedIn", "bearerToken", "oAuth"]),
);
export type McpAuthStatus = Static<typeof McpAuthStatusSchema>;

export const ToolAnnotationsSchema = Type.Named(
  "ToolAnnotations",
  Type.Object({
    title: Type.Maybe(Type.String()),
    readOnlyHint: Type.Maybe(Type.Boolean()),
    destructiveHint: Type.Maybe(Type.Boolean()),
    idempotentHint: Type.Maybe(Type.Boolean()),
    openWorldHint: Type.Maybe(Type.Boolean()),
  }),
);
export type ToolAnnotations = Static<typeof ToolAnnotationsSchema>;

const toolSchemaMembers = {
  type: Type.Default(Type.String(), "object"),
  properties: Type.Optional(Type.Json()),
  required: Type.Maybe(Type.Array(Type.String())),
};

export const ToolInputSchemaSchema = Type.Named("ToolInputSchema", Type.Object(toolSchemaMembers));
export type ToolInputSchema = Static<typeof ToolInputSchemaSchema>;

export const ToolOutputSchemaSchema = Type.Named("ToolOutputSchema", Type.Object(toolSchemaMembers));
export type ToolOutputSchema = Static<typeof ToolOutputSchemaSchema>;

/** A tool as its MCP server describes it: members that are not declared here stay. */
export const ToolSchema = Type.Named(
  "Tool",
  Type.Object({
    name: Type.String(),
    title: Type.Maybe(Type.String()),
    description: Type.Maybe(Type.String()),
    inputSchema: ToolInputSchemaSchema,
    outputSchema: Type.Maybe(ToolOutputSchemaSchema),
    annotations: Type.Maybe(ToolAnnotationsSchema),
  }),
);
export type Tool = Static<typeof ToolSchema>;

export const ResourceTemplateSchema = Type.Named(
  "ResourceTemplate",
  Type.Object({
    annotations: Type.Maybe(AnnotationsSchema),
    description: Type.Maybe(Type.String()),
    mimeType: Type.Maybe(Type.String()),
    name: Type.String(),
    title: Type.Maybe(Type.String()),
    uriTemplate: Type.String(),
  }),
);
export type ResourceTemplate = Static<typeof ResourceTemplateSchema>;

/** One that fails to start is listed with empty collections. */
export const McpServerSchema = Type.Named(
  "McpServer",
  Type.Object({
    name: Type.String(),
    tools: Type.Record(ToolSchema),
    resources: Type.Array(ResourceSchema),
    resourceTemplates: Type.Array(ResourceTemplateSchema),
    authStatus: McpAuthStatusSchema,
  }),
);
export type McpServer = Static<typeof McpServerSchema>;
