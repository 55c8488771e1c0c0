import { clientMethods, createPeer, decodeRequest, invalidRequest, linkedPair } from "../src/index.ts";

const [clientEnd, serverEnd] = linkedPair();
createPeer(serverEnd, {
  request(call) {
    const request = decodeRequest({ initialize: clientMethods.initialize }, call);
    if (!request.ok) throw invalidRequest(`Invalid request: ${request.reason}`);
    return { userAgent: "example/1.0" };
  },
  notification: () => undefined,
});
const client = createPeer(clientEnd, { request: () => ({}), notification: () => undefined });
export const answer = await client.request("initialize", { clientInfo: { name: "demo", version: "1.0" } });
