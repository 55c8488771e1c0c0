import type { ModelRequest, ToolSpec } from "../../prompt.ts";
import { toFunctionTool } from "../function-calls.ts";
import { toGeminiContents, type Signatures } from "./contents.ts";
import { encodeThinkingConfig } from "./thinking.ts";

/** The body of a `streamGenerateContent`. Source: models spec, section 11.1. */
export function encodeGeminiRequest(
  request: ModelRequest,
  options: { readonly provider: string; readonly maxOutputTokens: number | null; readonly signatures: Signatures },
): string {
  const { prompt, model, family } = request;
  const { provider, signatures } = options;
  const { system, contents } = toGeminiContents(prompt.input, { recipient: { provider, model }, signatures });
  const thinkingConfig = encodeThinkingConfig(request);
  const maxOutputTokens = options.maxOutputTokens ?? family.maxOutputTokens;
  const generationConfig = {
    ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
    ...(prompt.outputSchema === null
      ? {}
      : { responseMimeType: "application/json", responseJsonSchema: prompt.outputSchema }),
    ...(thinkingConfig === null ? {} : { thinkingConfig }),
  };
  return JSON.stringify({
    systemInstruction: { parts: [prompt.instructions, ...system].filter(Boolean).map((text) => ({ text })) },
    contents,
    ...encodeTools(prompt.tools),
    ...(Object.keys(generationConfig).length === 0 ? {} : { generationConfig }),
  });
}

/** Whether a search is wanted beside functions, which the API does not allow together. */
export function hasConflictingSearch(tools: readonly ToolSpec[]): boolean {
  return tools.some(({ type }) => type === "web_search") && tools.some((tool) => toFunctionTool(tool) !== null);
}

function encodeTools(tools: readonly ToolSpec[]): object {
  const functionDeclarations = tools.flatMap((tool) => {
    const fn = toFunctionTool(tool);
    return fn === null ? [] : [{ name: fn.name, description: fn.description, parametersJsonSchema: fn.parameters }];
  });
  if (functionDeclarations.length > 0) {
    return { tools: [{ functionDeclarations }], toolConfig: { functionCallingConfig: { mode: "AUTO" } } };
  }
  return tools.some(({ type }) => type === "web_search") ? { tools: [{ googleSearch: {} }] } : {};
}
