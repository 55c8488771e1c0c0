import { assertNever } from "../assert-never.ts";
import type { ProviderConfig } from "../provider/provider-config.ts";
import type { AdapterContext, WireAdapter } from "./adapter.ts";

/** The adapter of a provider's wire API. Only the one that is used is loaded. */
export async function loadAdapter(provider: ProviderConfig): Promise<WireAdapter> {
  const { wireApi } = provider;
  const context: AdapterContext = { provider, newCallId };
  switch (wireApi) {
    case "responses": {
      const { createResponsesAdapter } = await import("./responses/adapter.ts");
      return createResponsesAdapter(context);
    }
    case "chat": {
      const { createChatAdapter } = await import("./chat/adapter.ts");
      return createChatAdapter(context);
    }
    case "anthropic": {
      const { createAnthropicAdapter } = await import("./anthropic/adapter.ts");
      return createAnthropicAdapter(context);
    }
    case "gemini": {
      const { createGeminiAdapter } = await import("./gemini/adapter.ts");
      return createGeminiAdapter(context);
    }
    default:
      return assertNever(wireApi);
  }
}

function newCallId(): string {
  return `call_${crypto.randomUUID().replaceAll("-", "")}`;
}
