import { InvalidArgumentError, Option, type Command } from "commander";
import type * as commandModule from "../commands/mcp.ts";
import type { CommandSetup } from "./command.ts";
import { overridesOf } from "./config-options.ts";
import { append, once } from "./option-kinds.ts";

interface AddFlags {
  readonly env?: readonly string[];
  readonly url?: string;
  readonly bearerTokenEnvVar?: string;
}

const NAME = /^[a-zA-Z0-9_-]+$/;

/** `mcp`: the MCP servers of the configuration, and the logins at them. Source: command line spec, section 5. */
export function registerMcp(mcp: Command, { context, run }: CommandSetup): void {
  mcp.addHelpText(
    "after",
    `
Examples:
  heddle mcp add files -- npx -y @modelcontextprotocol/server-filesystem .
  heddle mcp add docs --url https://example.com/mcp
  heddle mcp login docs --scopes read,write
  heddle mcp list

Exit codes: 0 done, 1 not, 2 wrong usage.`,
  );
  const load = (): Promise<typeof commandModule> => import("../commands/mcp.ts");
  const request = (command: Command): { context: typeof context; overrides: readonly string[] } => ({
    context,
    overrides: overridesOf(command),
  });

  const list = mcp
    .command("list")
    .description("the configured servers, and how they are used")
    .option("--json", "JSON for programs")
    .action(() => run(async () => (await load()).listServers(request(list), list.opts<{ json?: boolean }>())));
  const get = mcp
    .command("get")
    .description("one server; exit code 1 when there is none of that name")
    .argument("<name>")
    .option("--json", "JSON for programs")
    .action((name: string) =>
      run(async () => (await load()).showServer(request(get), name, get.opts<{ json?: boolean }>())),
    );
  const add = mcp
    .command("add")
    .description("add a server to your configuration, or replace the one of that name; comments and order stay")
    .argument("<name>", "letters, digits, `-` and `_`", readName)
    .argument("[command...]", "what starts it, behind `--`")
    .addOption(new Option("--env <KEY=VALUE>", "an environment variable for it (repeatable)").argParser(appendPair))
    .addOption(new Option("--url <url>", "the address of a server that is reached over HTTP").argParser(once))
    .addOption(
      new Option("--bearer-token-env-var <variable>", "the environment variable that holds its token").argParser(once),
    )
    .action((name: string, command: readonly string[]) => {
      const { env = [], url, bearerTokenEnvVar } = add.opts<AddFlags>();
      const wanted = readServer(add, { command, env, url, bearerTokenEnvVar });
      return run(async () => (await load()).addServer(request(add), name, wanted));
    });
  const remove = mcp
    .command("remove")
    .description("take a server out of your configuration")
    .argument("<name>", "letters, digits, `-` and `_`", readName)
    .action((name: string) => run(async () => (await load()).removeServer(request(remove), name)));
  const login = mcp
    .command("login")
    .description("log in at a server that is reached over HTTP")
    .argument("<name>")
    .addOption(
      new Option(
        "--scopes <scopes>",
        "what to ask for, with commas between; by default what the server names",
      ).argParser(once),
    )
    .action((name: string) => {
      const scopes = login
        .opts<{ scopes?: string }>()
        .scopes?.split(",")
        .filter((scope) => scope !== "");
      return run(async () => (await load()).logIn(request(login), name, scopes ?? null));
    });
  const logout = mcp
    .command("logout")
    .description("forget the login at a server")
    .argument("<name>")
    .action((name: string) => run(async () => (await load()).logOut(request(logout), name)));
}

function readName(name: string): string {
  if (NAME.test(name)) return name;
  throw new InvalidArgumentError("It may have letters, digits, `-` and `_` alone.");
}

function appendPair(pair: string, previous: readonly string[] | undefined): readonly string[] {
  if (!/^[^=]+=/.test(pair)) throw new InvalidArgumentError("It has to be KEY=VALUE.");
  return append(pair, previous);
}

/** A server as `mcp add` describes it. */
export type WantedServer =
  | { readonly type: "stdio"; readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> }
  | { readonly type: "http"; readonly url: string; readonly bearerTokenEnvVar: string | null };

/** Exactly one of a command and an address. */
function readServer(
  add: Command,
  given: {
    readonly command: readonly string[];
    readonly env: readonly string[];
    readonly url: string | undefined;
    readonly bearerTokenEnvVar: string | undefined;
  },
): WantedServer {
  const { command, env, url, bearerTokenEnvVar } = given;
  if (url === undefined) {
    if (command.length === 0)
      add.error("error: either a command behind `--` or --url <url> is required", { exitCode: 2 });
    if (bearerTokenEnvVar !== undefined) add.error("error: --bearer-token-env-var goes with --url", { exitCode: 2 });
    const pairs = env.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
    return { type: "stdio", argv: command, env: Object.fromEntries(pairs) };
  }
  if (command.length > 0) add.error("error: --url cannot be used with a command", { exitCode: 2 });
  if (env.length > 0) add.error("error: --env cannot be used with --url", { exitCode: 2 });
  return { type: "http", url, bearerTokenEnvVar: bearerTokenEnvVar ?? null };
}
