import type { AdapterContext, WireAdapter } from "../adapter.ts";
import { customToolNames } from "../function-calls.ts";
import { createAnthropicDecoder } from "./decoder.ts";
import { classifyAnthropicReply, readAnthropicLimits } from "./errors.ts";
import { encodeAnthropicRequest } from "./request.ts";

/** What gateways and older hosts know, and what the maker's own endpoint is asked for. */
const COMMON_VERSION = "2023-06-01";
const NEWEST_VERSION = "2026-10-21";
const INTERLEAVED_THINKING = "interleaved-thinking-2025-05-14";

/** The Messages API of Anthropic. Source: models spec, section 10. */
export function createAnthropicAdapter({ provider }: AdapterContext): WireAdapter {
  const isOwnHost = hostOf(provider.baseUrl ?? "https://api.anthropic.com") === "api.anthropic.com";
  // Some configure the version with the base, as other APIs have it.
  const prefix = /\/v1\/*$/.test(provider.baseUrl ?? "") ? "" : "v1/";
  const version = provider.apiVersion ?? (isOwnHost ? NEWEST_VERSION : COMMON_VERSION);
  /** Threads whose last answer was nothing but thoughts: their next attempt gets twice the room. */
  const boosted = new Set<string>();
  return {
    auth: isOwnHost ? "bearer" : "x-api-key",
    models: { path: `${prefix}models`, headers: { "anthropic-version": version } },
    encode(request) {
      const { body, interleaves } = encodeAnthropicRequest(request, {
        provider: provider.id,
        maxOutputTokens: provider.maxOutputTokens ?? null,
        isBoosted: boosted.has(request.threadId),
      });
      const beta = interleaves ? { "anthropic-beta": INTERLEAVED_THINKING } : {};
      return { path: `${prefix}messages`, headers: { "anthropic-version": version, ...beta }, body };
    },
    createDecoder({ prompt, model, threadId }) {
      const wasBoosted = boosted.delete(threadId);
      return createAnthropicDecoder({
        recipient: { provider: provider.id, model },
        customTools: customToolNames(prompt),
        onThoughtItselfOut() {
          if (!wasBoosted) boosted.add(threadId);
          return !wasBoosted;
        },
      });
    },
    classify: classifyAnthropicReply,
    readLimits: readAnthropicLimits,
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}
