import { serverNotifications, type ServerNotification, type ServerNotificationMethod } from "./registry.ts";
import { decode } from "./schema/decode.ts";

/** A notification of a server, or why it is none that is declared here: a later server may say more. */
export type DecodedNotification =
  | { readonly ok: true; readonly notification: ServerNotification }
  | { readonly ok: false; readonly reason: string };

export function decodeServerNotification(message: {
  readonly method: string;
  readonly params: unknown;
}): DecodedNotification {
  const { method, params } = message;
  if (!isDeclared(method)) return { ok: false, reason: `unknown notification \`${method}\`` };
  const decoded = decode(serverNotifications[method].params, params);
  if (!decoded.ok) return { ok: false, reason: decoded.reason };
  return { ok: true, notification: { method, params: decoded.value } as ServerNotification };
}

function isDeclared(method: string): method is ServerNotificationMethod {
  return Object.hasOwn(serverNotifications, method);
}
