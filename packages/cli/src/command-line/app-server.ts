import { parseListenAddress } from "@heddle/app-server";
import type { Command } from "commander";
import type { SocketAddress } from "../commands/app-server-sockets.ts";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";
import { append } from "./option-kinds.ts";

interface ServerOptions {
  readonly listen?: readonly string[];
  readonly stdio?: boolean;
  readonly tokenFile?: string;
  readonly observerTokenFile?: string;
  readonly allowOrigin?: readonly string[];
}

/** `app-server`, and the generators of its protocol. */
export function registerAppServer(server: Command, setup: CommandSetup): void {
  const { context, run } = setup;
  server
    .option("--listen <url>", "stdio://, unix://PATH or ws://127.0.0.1:PORT (sockets: repeatable)", append)
    .option("--stdio", "the same as --listen stdio://, which is the default")
    .option("--token-file <file>", "what clients of a port have to show (default: a file in the home)")
    .option("--observer-token-file <file>", "the same for clients that may look on, and nothing else")
    .option("--allow-origin <origin>", "let web pages of this origin connect (repeatable)", append)
    .addHelpText("after", EXAMPLES)
    .action(async () => {
      const options = server.opts<ServerOptions>();
      const addresses = readAddresses(options, server);
      const overrides = overridesOf(server);
      await run(async () => {
        if (addresses.length === 0) {
          const { runAppServer } = await import("../commands/app-server.ts");
          return runAppServer(context, overrides);
        }
        const { runSocketServer } = await import("../commands/app-server-sockets.ts");
        const { tokenFile = null, observerTokenFile = null, allowOrigin: allowedOrigins = [] } = options;
        return runSocketServer(context, { addresses, tokenFile, observerTokenFile, allowedOrigins, overrides });
      });
    });
  registerGenerator(server, setup, { name: "generate-ts", what: "TypeScript types", kind: "typescript" });
  registerGenerator(server, setup, { name: "generate-json-schema", what: "JSON Schemas", kind: "json-schema" });
}

const EXAMPLES = `
Examples:
  heddle app-server                                   one client, over stdin and stdout
  heddle app-server --listen unix://$HOME/.heddle/s   any number of clients of this user
  heddle app-server --listen ws://127.0.0.1:0         the same over WebSocket; prints the port and where the token is

Exit codes: 0 ended by its client or a signal, 1 cannot listen, 2 wrong usage.`;

/** The sockets to listen at; none: standard input and output. */
function readAddresses({ listen = [], stdio }: ServerOptions, server: Command): readonly SocketAddress[] {
  const addresses = (stdio === true ? [...listen, "stdio://"] : listen).map((text) => {
    const address = parseListenAddress(text);
    if (address !== null) return address;
    return server.error(`error: cannot listen at '${text}': use stdio://, unix://PATH or ws://127.0.0.1:PORT`);
  });
  const sockets = addresses.filter((address) => address.type !== "stdio");
  if (sockets.length > 0 && sockets.length < addresses.length) {
    server.error("error: stdio:// has one client, which the server ends with: it cannot listen at sockets as well");
  }
  return sockets;
}

function registerGenerator(
  server: Command,
  { run }: CommandSetup,
  { name, what, kind }: { readonly name: string; readonly what: string; readonly kind: "typescript" | "json-schema" },
): void {
  const generate = server
    .command(name)
    .description(`write ${what} of the implemented protocol into a folder`)
    .requiredOption("-o, --out <dir>", "the folder; it is made when missing")
    .option("-p, --prettier <path>", "accepted for compatibility; the output is formatted already")
    .addHelpText("after", `\nExample:\n  heddle app-server ${name} -o protocol`)
    .action(() =>
      run(async () => {
        const { writeProtocol } = await import("../commands/generate.ts");
        return writeProtocol(kind, generate.opts<{ out: string }>().out);
      }),
    );
}
