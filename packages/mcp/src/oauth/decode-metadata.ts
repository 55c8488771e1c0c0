import type { AuthorizationServerMetadata } from "@modelcontextprotocol/client";
import { isObject } from "../json.ts";

/** Metadata of an old server, which need not name its issuer; null when it lacks what a login needs. */
export function decodeServerMetadata(value: unknown, origin: string): AuthorizationServerMetadata | null {
  if (!isObject(value)) return null;
  const { authorization_endpoint: authorize, token_endpoint: token } = value;
  if (typeof authorize !== "string" || !URL.canParse(authorize)) return null;
  if (typeof token !== "string" || !URL.canParse(token)) return null;
  const defaults = { issuer: origin, response_types_supported: ["code"] };
  return { ...defaults, ...value } as unknown as AuthorizationServerMetadata;
}
