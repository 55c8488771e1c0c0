import { childTransport, connect } from "../src/index.ts";

export async function fixTheTest(command: string, args: string[]): Promise<string> {
  const transport = await childTransport({ command, args });
  await using heddle = await connect(transport, { clientInfo: { name: "demo", version: "1.0" } });
  heddle.onNotification("item/completed", ({ item }) => process.stderr.write(`${item.type}\n`));
  heddle.onRequest("item/fileChange/requestApproval", () => ({ decision: "accept" }));
  const thread = await heddle.startThread({ sandbox: "workspaceWrite" });
  const { finalResponse } = await thread.run("fix the failing test");
  return finalResponse;
}
