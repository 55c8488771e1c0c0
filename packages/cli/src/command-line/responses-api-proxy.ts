import { InvalidArgumentError, type Command } from "commander";
import type { CommandSetup } from "./command.ts";
import { once } from "./option-kinds.ts";

interface ProxyFlags {
  readonly port?: number;
  readonly serverInfo?: string;
  readonly httpShutdown?: boolean;
  readonly upstreamUrl?: URL;
}

/** `responses-api-proxy`. Source: command line spec, section 1. */
export function registerResponsesApiProxy(proxy: Command, { context, run }: CommandSetup): void {
  proxy
    .option("--port <port>", "where to listen on 127.0.0.1 (default: a free port)", port)
    .option("--server-info <file>", 'write {"port": ..., "pid": ...} there once it listens', once)
    .option("--http-shutdown", "end with GET /shutdown; anybody on this machine may send that")
    .option("--upstream-url <url>", "where requests go (default: https://api.openai.com/v1/responses)", upstream)
    .addHelpText(
      "after",
      `
Lends a key to programs that are not to see it: the key is the first line of the input, and goes with each
POST /v1/responses to the upstream. Everything else is answered 403, and so is all that a web page sends.

Example:
  printenv OPENAI_API_KEY | heddle responses-api-proxy --http-shutdown --server-info proxy.json

Exit codes: 0 ended by a signal or /shutdown, 1 no key or no port, 2 wrong usage.`,
    )
    .action(() =>
      run(async () => {
        const { port: wanted = 0, serverInfo = null, httpShutdown = false, upstreamUrl } = proxy.opts<ProxyFlags>();
        const { runResponsesProxy } = await import("../commands/responses-api-proxy.ts");
        return runResponsesProxy(context, {
          port: wanted,
          infoFile: serverInfo,
          httpShutdown,
          upstream: upstreamUrl ?? new URL("https://api.openai.com/v1/responses"),
        });
      }),
    );
}

function port(value: string, previous: number | undefined): number {
  once(value, previous?.toString());
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new InvalidArgumentError("0 to 65535 is expected.");
  return Number(value);
}

function upstream(value: string, previous: URL | undefined): URL {
  once(value, previous?.href);
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || `${url.username}${url.password}` !== "") {
    throw new InvalidArgumentError("An http or https address without a login is expected.");
  }
  return url;
}
