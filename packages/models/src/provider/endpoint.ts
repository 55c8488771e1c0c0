import { ModelError } from "../failure.ts";
import { isChatGptLogin, type SelectedCredential } from "./credentials.ts";
import type { ProviderConfig } from "./provider-config.ts";

const OPENAI_API = "https://api.openai.com/v1";
const CHATGPT_API = "https://chatgpt.com/backend-api/codex";

/**
 * The base URL of a provider: where none is configured, the home of its wire API.
 * @throws ModelError `invalidProvider`.
 */
export function baseUrlOf(provider: ProviderConfig, credential: SelectedCredential): string {
  if (provider.baseUrl !== null) {
    assertHttpUrl(provider.baseUrl, `base_url of the model provider \`${provider.id}\`, \`${provider.baseUrl}\`,`);
    return provider.baseUrl;
  }
  switch (provider.wireApi) {
    case "anthropic":
      return "https://api.anthropic.com";
    case "gemini":
      return "https://generativelanguage.googleapis.com/v1beta";
    default:
      return isChatGptLogin(credential) ? CHATGPT_API : OPENAI_API;
  }
}

/** @throws ModelError `invalidProvider` for text that is no HTTP address. @param what it is, for people; it may hold a secret. */
export function assertHttpUrl(text: string, what: string): void {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return;
  const message = `The ${what} is no URL of HTTP: it has to begin with http:// or https://, and needs a host.`;
  throw new ModelError({ kind: "invalidProvider", message });
}

/** `base/path?query`, with one slash between the two; query parameters are escaped. */
export function endpointUrl(base: string, path: string, queryParams: ProviderConfig["queryParams"]): string {
  const url = `${base.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`;
  const query = new URLSearchParams({ ...queryParams }).toString();
  if (query === "") return url;
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

const AZURE_HOSTS = [
  "openai.azure.",
  "cognitiveservices.azure.",
  "aoai.azure.",
  "azure-api.",
  "azurefd.",
  "windows.net/openai",
];

/** Azure keeps responses on its side and wants the ids of items back. Source: models spec, section 2. */
export function isAzure({ name, baseUrl }: Pick<ProviderConfig, "name" | "baseUrl">): boolean {
  if (name.toLowerCase() === "azure") return true;
  const url = baseUrl?.toLowerCase() ?? "";
  return AZURE_HOSTS.some((part) => url.includes(part));
}
