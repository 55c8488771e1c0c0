import { serve, type ServerFront } from "@heddle/app-server";
import { createPeer, linkedPair } from "@heddle/protocol";

/** Connects to a server in this process and introduces a client; gives what the server calls itself. */
export async function introduce(front: ServerFront): Promise<unknown> {
  const [clientEnd, serverEnd] = linkedPair();
  serve(serverEnd, front);
  const peer = createPeer(clientEnd, { request: () => null, notification: () => {} });
  const answer = await peer.request("initialize", { clientInfo: { name: "example", version: "1.0.0" } });
  await peer.close();
  return answer;
}
