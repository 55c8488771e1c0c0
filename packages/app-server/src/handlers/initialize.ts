import { invalidRequest, PROTOCOL_VERSION } from "@heddle/protocol";
import type { Handler } from "./handler.ts";

/** `initialize`: once per connection; the first identity stays. */
export const initialize: Handler<"initialize"> = ({ clientInfo, capabilities }, { session }) => {
  if (session.introduction !== null) throw invalidRequest("Already initialized");
  const client = { name: clientInfo.name, version: clientInfo.version };
  const optOut = new Set(capabilities?.optOutNotificationMethods ?? []);
  const userAgent = session.front.userAgent(client);
  const { observer = false, eventCursor: wantsCursor = false } = capabilities ?? {};
  const elicits = capabilities !== undefined && capabilities !== null;
  const experimental = capabilities?.experimentalApi === true;
  session.introduce({ client, userAgent, optOut, observer, elicits, experimental, wantsCursor });
  if (!elicits) return { userAgent, protocolVersion: PROTOCOL_VERSION };
  session.speakNewer();
  return { userAgent, protocolVersion: PROTOCOL_VERSION, ...session.front.place() };
};
