import { isObject, type JsonObject } from "../json.ts";
import type { ProviderState } from "../response-item.ts";

/** Who a request goes to: state of anybody else is not sent. */
export interface Recipient {
  readonly provider: string;
  readonly model: string;
}

/** What an item carries for this recipient; null when it carries nothing, or something for another one. */
export function ownState(
  { provider_state: state }: { readonly provider_state?: ProviderState },
  { provider, model }: Recipient,
): JsonObject | null {
  if (state === undefined || state.provider !== provider || state.model !== model) return null;
  return isObject(state.data) ? state.data : null;
}
