import { createServer, request as send } from "node:http";

/** A proxy for plain HTTP on loopback, which answers for one server whatever host is asked for. */
export interface HttpProxy extends AsyncDisposable {
  readonly url: string;
  /** The requests as they came: method and whole address. */
  readonly asked: readonly string[];
}

/** @param port where the server listens on loopback. */
export async function startHttpProxy(port: number): Promise<HttpProxy> {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    asked.push(`${method} ${url}`);
    const { pathname, search } = new URL(url);
    const onward = send({ port, host: "127.0.0.1", method, path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => proxy.close(resolve));
      proxy.closeAllConnections();
      await closed;
    },
  };
}
