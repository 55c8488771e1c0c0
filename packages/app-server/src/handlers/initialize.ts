import { invalidRequest, PROTOCOL_VERSION } from "@heddle/protocol";
import type { Handler } from "./handler.ts";

/** `initialize`: once per connection; the first identity stays. */
export const initialize: Handler<"initialize"> = ({ clientInfo, capabilities }, { session }) => {
  if (session.introduction !== null) throw invalidRequest("Already initialized");
  const client = { name: clientInfo.name, version: clientInfo.version };
  const optOut = new Set(capabilities?.optOutNotificationMethods ?? []);
  session.introduce({ client, optOut });
  if (capabilities !== undefined && capabilities !== null) session.speakNewer();
  return { userAgent: session.host.userAgent(client), protocolVersion: PROTOCOL_VERSION };
};
