import { Client, type ClientCapabilities } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { HEDDLE } from "./built-command.ts";

/** A schema that takes everything as it is. */
export const ANY = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;

export interface McpHostOptions {
  /** After `heddle`. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
  /** What the person says to each question; without it the host cannot ask. */
  readonly answer?: ((question: Record<string, unknown>) => unknown) | undefined;
  /** Hears the notifications of this method. */
  readonly onNotification?: { readonly method: string; readonly hear: (params: unknown) => void };
}

/** The official SDK's client with the built command as its server; closing it ends the command. */
export async function startMcpHost({ args, cwd, env, answer, onNotification }: McpHostOptions): Promise<{
  readonly client: Client;
  /** The questions, in order. */
  readonly asked: Record<string, unknown>[];
}> {
  const capabilities: ClientCapabilities = answer === undefined ? {} : { elicitation: {} };
  const client = new Client({ name: "test-host", version: "1.2.3" }, { capabilities });
  const asked: Record<string, unknown>[] = [];
  if (onNotification !== undefined)
    client.setNotificationHandler(onNotification.method, { params: ANY }, onNotification.hear);
  if (answer !== undefined) {
    client.setRequestHandler(
      "elicitation/create",
      { params: ANY, result: ANY } as never,
      ((params: unknown) => {
        asked.push(params as Record<string, unknown>);
        return answer(params as Record<string, unknown>);
      }) as never,
    );
  }
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [HEDDLE, ...args], cwd, env, stderr: "ignore" }),
  );
  return { client, asked };
}
