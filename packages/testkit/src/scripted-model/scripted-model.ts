import { createServer, type IncomingMessage } from "node:http";
import { playReply } from "./play-reply.ts";
import { chooseReply, type RecordedRequest, type Script } from "./script.ts";

/** A stand-in for a model endpoint: it speaks the Responses API on loopback and plays a script. */
export interface ScriptedModel {
  /** For a provider's `base_url`. */
  readonly baseUrl: string;
  /** What was asked so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Breaks what runs and stops. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a scripted model in this process, on a port that is free. `GET`s are answered with a list of models, by default
 * an empty one, once the list is there.
 */
export async function startScriptedModel(
  script: Script,
  { models = EMPTY_LIST }: { readonly models?: object | Promise<object> } = {},
): Promise<ScriptedModel> {
  const requests: RecordedRequest[] = [];
  let answered = 0;
  const server = createServer((message, response) => {
    const closed = new Promise<"answered" | "aborted">((resolve) => {
      response.once("close", () => resolve(response.writableFinished ? "answered" : "aborted"));
    });
    void readBody(message)
      .then(async (body) => {
        const { method = "", url: path = "", headers } = message;
        const request: RecordedRequest = { method, path, headers, body, closed };
        requests.push(request);
        if (method === "GET") {
          const list = JSON.stringify(await models);
          response.writeHead(200, { "content-type": "application/json" }).end(list);
          return;
        }
        const index = answered;
        answered += 1;
        await playReply(chooseReply(script, request, index), response, index);
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the scripted model has no port");

  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closing;
  };
  return { baseUrl: `http://127.0.0.1:${address.port}/v1`, requests, close, [Symbol.asyncDispose]: close };
}

const EMPTY_LIST = { object: "list", data: [], models: [] };

async function readBody(message: IncomingMessage): Promise<unknown> {
  message.setEncoding("utf8");
  let text = "";
  for await (const chunk of message) text += String(chunk);
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // recorded as it came: a test may want to see what was wrong with it
  }
}
