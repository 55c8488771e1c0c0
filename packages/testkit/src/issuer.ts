import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What a request to the issuer was. */
export interface IssuerRequest {
  readonly path: string;
  readonly contentType: string | undefined;
  /** The form or JSON members of its body. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** How the issuer answers: a status and the members of a JSON object. */
export interface IssuerAnswer {
  readonly status?: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The answer waits for it. */
  readonly after?: Promise<void>;
}

/** An identity server on loopback that answers as it is told. */
export interface TestIssuer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly IssuerRequest[];
}

export async function startIssuer(answer: (request: IssuerRequest) => IssuerAnswer): Promise<TestIssuer> {
  const requests: IssuerRequest[] = [];
  const server = createServer((incoming, response) => void respond(incoming, response));
  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString("utf8");
    const contentType = incoming.headers["content-type"];
    const body = contentType === "application/json" ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    const request = { path: incoming.url ?? "", contentType, body };
    requests.push(request);
    const { status = 200, body: answered, after } = answer(request);
    await after;
    response.writeHead(status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(answered));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the issuer has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** A JWT with these claims; its signature is none. */
export function jwt(claims: Readonly<Record<string, unknown>>): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encode({ alg: "none" })}.${encode(claims)}.signature`;
}
