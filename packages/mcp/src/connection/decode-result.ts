import type { ClientOptions, JsonSchemaValidator, StandardSchemaV1 } from "@modelcontextprotocol/client";
import type { Elicitation } from "../elicitation/elicitation.ts";
import { isJson, isJsonObject, isObject, type JsonObject } from "../json.ts";
import type { McpCallResult, McpTool, ResourceKind, ResourcePage } from "./connection.ts";

/**
 * Takes the result of a request as it is: our decoders leave out what one tool has wrong, where the SDK's schemas would
 * refuse the whole list.
 */
export const anyResult: StandardSchemaV1<unknown, unknown> = {
  "~standard": { version: 1, vendor: "heddle", validate: (value) => ({ value }) },
};

/** Whether a result fits its tool's own schema is not for us to judge; and the SDK's validator takes a while to load. */
export const noValidation: NonNullable<ClientOptions["jsonSchemaValidator"]> = {
  getValidator<T>(): JsonSchemaValidator<T> {
    return (input: unknown) => ({ valid: true as const, data: input as T, errorMessage: undefined });
  },
};

export interface ToolPage {
  readonly tools: readonly McpTool[];
  readonly nextCursor: string | null;
  /** What was left out, in words. */
  readonly skipped: readonly string[];
}

/** A page of `tools/list`; null when it is none. */
export function decodeToolPage(result: unknown): ToolPage | null {
  if (!isObject(result) || !Array.isArray(result["tools"])) return null;
  const tools: McpTool[] = [];
  const skipped: string[] = [];
  for (const entry of result["tools"] as readonly unknown[]) {
    const tool = decodeTool(entry);
    if (tool === null) skipped.push(`a tool without a name or with a schema that is no object: ${brief(entry)}`);
    else tools.push(tool);
  }
  return { tools, skipped, nextCursor: decodeCursor(result) };
}

function decodeTool(entry: unknown): McpTool | null {
  if (!isJsonObject(entry)) return null;
  const { name, description, inputSchema = {}, annotations } = entry;
  if (typeof name !== "string" || name === "" || !isJsonObject(inputSchema)) return null;
  const hints = isObject(annotations) ? annotations : {};
  return {
    name,
    description: typeof description === "string" ? description : "",
    inputSchema,
    readOnly: hints["readOnlyHint"] === true,
    destructive: hints["destructiveHint"] === true && hints["readOnlyHint"] !== true,
    raw: entry,
  };
}

/** The result of `tools/call`; null when it is none. */
export function decodeCallResult(result: unknown): McpCallResult | null {
  if (!isObject(result)) return null;
  const { content = [], structuredContent, isError } = result;
  const blocks = decodeObjects(content);
  if (blocks === null) return null;
  return {
    content: blocks,
    structuredContent: structuredContent !== undefined && isJson(structuredContent) ? structuredContent : null,
    isError: isError === true,
  };
}

/** A page of `resources/list` or `resources/templates/list`; null when it is none. */
export function decodeResourcePage(result: unknown, kind: ResourceKind): ResourcePage | null {
  const entries = isObject(result) ? decodeObjects(result[kind]) : null;
  return entries === null ? null : { entries, nextCursor: decodeCursor(result) };
}

/** The result of `resources/read`; null when it is none. */
export function decodeContents(result: unknown): readonly JsonObject[] | null {
  return isObject(result) ? decodeObjects(result["contents"]) : null;
}

/** The parameters of `elicitation/create`; null when they are none. */
export function decodeElicitation(params: unknown): Elicitation | null {
  if (!isObject(params)) return null;
  const { mode = "form", message, requestedSchema, url, elicitationId } = params;
  if (typeof message !== "string") return null;
  if (mode === "url") {
    if (typeof url !== "string" || !isHttpUrl(url)) return null;
    return { mode, message, url, elicitationId: typeof elicitationId === "string" ? elicitationId : "" };
  }
  return mode === "form" && isJsonObject(requestedSchema) ? { mode, message, requestedSchema } : null;
}

/** Only what a browser opens as a page: no program is started by the link of a server. */
function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

function decodeCursor(result: unknown): string | null {
  const cursor = isObject(result) ? result["nextCursor"] : null;
  return typeof cursor === "string" ? cursor : null;
}

function decodeObjects(value: unknown): readonly JsonObject[] | null {
  if (!Array.isArray(value)) return null;
  const entries: readonly unknown[] = value;
  return entries.every(isJsonObject) ? entries : null;
}

function brief(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? String(value);
}
