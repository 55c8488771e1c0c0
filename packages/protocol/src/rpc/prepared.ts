import type { JsonValue } from "../json.ts";
import { encodeLine } from "./line-codec.ts";
import type { NotificationMessage } from "./message.ts";

/** A notification for several connections: in memory it passes as it is, and it is written as a line once for all. */
export interface PreparedNotification {
  readonly message: NotificationMessage;
  /** With its `\n`. Encoded when first asked for. */
  line(): string;
}

export function prepareNotification(method: string, params: JsonValue): PreparedNotification {
  const message = { method, params };
  let line: string | null = null;
  return { message, line: () => (line ??= encodeLine(message)) };
}
